using System.Collections;
using System.Globalization;
using System.Management.Automation;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cmdlets;

/// <summary>Values of a configuration as PowerShell has them, and back.</summary>
internal static class PowerShellValue
{
    // Configurations are a few levels deep; what is deeper refers to itself.
    private const int MaxDepth = 32;

    /// <summary>The name of what the value is in JavaScript.</summary>
    public static string TypeName(JsValue value) => value switch
    {
        JsUndefined => "undefined",
        JsNull => "null",
        JsNumber => "number",
        JsBoolean => "boolean",
        JsString => "string",
        JsUrl => "url",
        JsRegExp => "regexp",
        JsSymbol => "symbol",
        JsBigInt => "bigint",
        JsArray => "array",
        _ => "object",
    };

    /// <summary>
    /// The value at a path: numbers, Booleans and texts as such, URLs as <see cref="Uri"/>, lists as arrays, objects as PSCustomObject;
    /// what is secret by a name on <paramref name="path"/> is masked.
    /// </summary>
    public static object? From(ConfigurationTree tree, string path) => From(ConfigurationText.Shown(tree, path), path);

    private static object? From(JsValue value, string path)
    {
        switch (value)
        {
            case var secret when ConfigurationText.IsMasked(secret, path):
                return ConfigurationText.ToData(secret, path, urlsAsText: true).AsString();
            // As PowerShell reads a number that is written the same.
            case JsNumber { Value: double n } when n == Math.Floor(n) && Math.Abs(n) <= int.MaxValue:
                return (int)n;
            case JsNumber { Value: double n } when n == Math.Floor(n) && Math.Abs(n) <= 1L << 53:
                return (long)n;
            case JsNumber { Value: double n }:
                return n;
            case JsBoolean b:
                return b.Value;
            case JsUrl:
                string text = ConfigurationText.ToData(value, path, urlsAsText: true).AsString() ?? "";
                return Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) ? uri : text;
            case JsArray array:
                return array.Items.Select((item, i) => From(item ?? JsValue.Undefined, string.Create(CultureInfo.InvariantCulture, $"{path}.{i}"))).ToArray();
            case JsObject o when o.GetType() == typeof(JsObject):
                PSObject result = new();
                foreach ((string name, JsValue member) in o.InJsOrder())
                {
                    result.Properties.Add(new PSNoteProperty(name, From(member, path.Length == 0 ? name : $"{path}.{name}")));
                }

                return result;
            default:
                return ConfigurationText.ToData(value, path, urlsAsText: true).AsString();
        }
    }

    /// <summary>
    /// What PowerShell has as a value for <paramref name="key"/>: null is undefined, a <see cref="TimeSpan"/> its seconds, and a
    /// text becomes what the key takes where that is plain (a URL, a number, a list of one).
    /// </summary>
    /// <exception cref="CmdletException">ConfigValueInvalid: there is no such value in a configuration.</exception>
    public static JsValue ToJs(object? value, ConfigurationKey? key)
    {
        JsValue js = ToJs(value, 0);
        return (key?.Type, js) switch
        {
            (ConfigurationKeyType.Url, JsString s) when System.Uri.TryCreate(s.Value, UriKind.Absolute, out _) => new JsUrl(s.Value),
            (ConfigurationKeyType.Number or ConfigurationKeyType.WholeNumber, JsString s)
                when double.TryParse(s.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double n) => n,
            (ConfigurationKeyType.Flag, JsString s) when bool.TryParse(s.Value, out bool b) => JsValue.FromBoolean(b),
            (ConfigurationKeyType.TextList, JsString or JsUrl) => new JsArray(js),
            _ => js,
        };
    }

    private static JsValue ToJs(object? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new CmdletException("ConfigValueInvalid", ErrorCategory.InvalidArgument, $"The value is more than {MaxDepth} levels deep, or holds itself.");
        }

        object? plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        switch (plain)
        {
            case null:
                return JsValue.Undefined;
            case bool or SwitchParameter:
                return JsValue.FromBoolean(plain is true or SwitchParameter { IsPresent: true });
            case byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal:
                return Convert.ToDouble(plain, CultureInfo.InvariantCulture);
            case TimeSpan time:
                return time.TotalSeconds;
            case Uri uri:
                return uri.IsAbsoluteUri ? new JsUrl(uri.OriginalString) : uri.OriginalString;
            case string or char or Guid or Enum:
                return plain.ToString()!;
            case IDictionary dictionary:
                return Members(Entries(dictionary), depth);
            case PSObject o:
                return Members(o.Properties.Select(p => (p.Name, (object?)p.Value)), depth);
            case IEnumerable items:
                return new JsArray(items.Cast<object?>().Select(JsValue? (i) => ToJs(i, depth + 1)));
            default:
                throw new CmdletException(
                    "ConfigValueInvalid",
                    ErrorCategory.InvalidArgument,
                    $"A value of type {plain.GetType()} cannot be written into a configuration. Give a number, a Boolean, a text, a URL, a list or a hashtable.",
                    value);
        }
    }

    // A generic dictionary enumerates pairs of its own type; only its enumerator as IDictionary gives entries.
    private static IEnumerable<(string Name, object? Value)> Entries(IDictionary dictionary)
    {
        for (IDictionaryEnumerator entry = dictionary.GetEnumerator(); entry.MoveNext();)
        {
            yield return (Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!, entry.Value);
        }
    }

    private static JsObject Members(IEnumerable<(string Name, object? Value)> members, int depth)
    {
        JsObject o = [];
        foreach ((string name, object? value) in members)
        {
            o[name] = ToJs(value, depth + 1);
        }

        return o;
    }
}
