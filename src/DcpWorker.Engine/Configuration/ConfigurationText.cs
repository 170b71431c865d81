using System.Text;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>Values of a configuration as text.</summary>
public static class ConfigurationText
{
    private const string Mask = "********";

    // the names under which secrets are kept in configurations
    private static readonly string[] Secret = ["joinSecret", "joinHash", "passphrase", "password", "privateKey", "secret"];

    /// <summary>
    /// The value as plain JSON data: URLs as their members (the form of 2020), or as their text when
    /// <paramref name="urlsAsText"/>; regular expressions and symbols as text; secrets masked.
    /// </summary>
    public static JsValue ToData(JsValue value, string path, bool urlsAsText)
    {
        if (IsMasked(value, path))
        {
            return Mask;
        }

        switch (value)
        {
            case JsUrl url when urlsAsText:
                return MaskUserInfo(url.Href);
            case JsUrl url:
                JsObject members = [];
                foreach ((string name, JsValue member) in ConfigurationUrl.Members(new JsUrl(MaskUserInfo(url.Href))).Where(m => m.Name != "origin"))
                {
                    members[name] = member;
                }

                return members;
            case JsRegExp or JsSymbol or JsBigInt:
                return value.ToString();
            case JsArray array:
                return new JsArray(array.Items.Select(JsValue? (item, i) => ToData(item ?? JsValue.Null, $"{path}.{i}", urlsAsText)));
            case JsObject o:
                JsObject data = [];
                foreach ((string name, JsValue member) in o.InJsOrder())
                {
                    data[name] = ToData(member, path.Length == 0 ? name : $"{path}.{name}", urlsAsText);
                }

                return data;
            default:
                return value;
        }
    }

    /// <summary>The value at a path of a tree, as the other form gives it: the member of a URL is that of the masked URL.</summary>
    public static JsValue ToData(ConfigurationTree tree, string path, bool urlsAsText) => ToData(Shown(tree, path), path, urlsAsText);

    /// <summary>The value at a path, or undefined; of a URL's member the one that may be shown.</summary>
    public static JsValue Shown(ConfigurationTree tree, string path)
    {
        int dot = path.LastIndexOf('.');
        return dot > 0 && tree.Get(path[..dot]) is JsUrl url
            ? ConfigurationUrl.Members(new JsUrl(MaskUserInfo(url.Href))).FirstOrDefault(m => m.Name == path[(dot + 1)..]).Value ?? JsValue.Undefined
            : tree.Get(path);
    }

    /// <summary>Whether a value is shown as asterisks: there is one, and a name on its path says that it is a secret.</summary>
    public static bool IsMasked(JsValue value, string path) => !value.IsNullish && path.Split('.').Any(IsSecretName);

    /// <summary>Whether asterisks stand for a secret anywhere in a value: it was shown, and is not what it was.</summary>
    internal static bool HoldsMask(JsValue value) => value switch
    {
        JsString text => text.Value.Contains(Mask, StringComparison.Ordinal),
        JsUrl url => url.Href.Contains(Mask, StringComparison.Ordinal),
        JsArray array => array.Items.Any(i => i is not null && HoldsMask(i)),
        JsObject o => o.Any(m => HoldsMask(m.Value)),
        _ => false,
    };

    /// <summary>JSON, indented by two spaces when asked; what is undefined prints as <c>undefined</c>.</summary>
    public static string ToJson(JsValue data, bool indented)
    {
        if (data is JsUndefined)
        {
            return "undefined";
        }

        if (!indented)
        {
            return JsonWriter.Write(data);
        }

        StringBuilder output = new();
        WriteIndented(output, data, "\n");
        return output.ToString();
    }

    /// <summary>The value on one line, at most 60 characters, for messages.</summary>
    public static string Brief(JsValue value)
    {
        string text = value is JsUrl url ? MaskUserInfo(url.Href) : ToJson(ToData(value, "", urlsAsText: true), indented: false);
        return text.Length <= 60 ? text : text[..57] + "…";
    }

    /// <summary>Whether a key's name says that its value is a secret.</summary>
    public static bool IsSecret(string path) => IsSecretName(path[(path.LastIndexOf('.') + 1)..]);

    private static bool IsSecretName(string name) => Secret.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static string MaskUserInfo(string href)
    {
        int start = href.IndexOf("://", StringComparison.Ordinal) + 3;
        int end = start < 3 ? -1 : href.AsSpan(start).IndexOfAny('/', '?', '#') is >= 0 and var length ? start + length : href.Length;
        int at = end <= start ? -1 : href.LastIndexOf('@', end - 1, end - start);
        int colon = at < 0 ? -1 : href.IndexOf(':', start, at - start);
        return colon < 0 ? href : $"{href[..colon]}:{Mask}{href[at..]}";
    }

    private static void WriteIndented(StringBuilder output, JsValue data, string newLine)
    {
        string inner = newLine + "  ";
        switch (data)
        {
            case JsArray { Items.Count: > 0 } array:
                output.Append('[');
                for (int i = 0; i < array.Items.Count; i++)
                {
                    output.Append(i == 0 ? "" : ",").Append(inner);
                    WriteIndented(output, array.Items[i] ?? JsValue.Null, inner);
                }

                output.Append(newLine).Append(']');
                break;
            case JsArray:
                output.Append("[]");
                break;
            case JsObject o when o.InJsOrder().Any(m => m.Value is not JsUndefined):
                output.Append('{');
                bool first = true;
                foreach ((string name, JsValue member) in o.InJsOrder().Where(m => m.Value is not JsUndefined))
                {
                    output.Append(first ? "" : ",").Append(inner).Append(JsonWriter.Quote(name)).Append(": ");
                    WriteIndented(output, member, inner);
                    first = false;
                }

                output.Append(newLine).Append('}');
                break;
            default:
                output.Append(JsonWriter.Write(data));
                break;
        }
    }
}
