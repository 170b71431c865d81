using System.Text.RegularExpressions;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Configuration;

/// <summary>A value of the configuration as it is typed on the command line, where quotes are a nuisance.</summary>
internal static partial class ConfigurationArgument
{
    /// <summary>
    /// <c>url('…')</c> is a URL, and so is the text of one where <paramref name="key"/> takes or has a URL; then JSON,
    /// except where the key takes a text; everything else is text.
    /// </summary>
    public static JsValue Parse(string text, string key, ConfigurationTree? tree)
    {
        if (UrlCall().Match(text) is { Success: true } call)
        {
            return Url(call.Groups["href"].Value);
        }

        if (text == "undefined")
        {
            return JsValue.Undefined;
        }

        ConfigurationKeyType? type = ConfigurationKeys.All.FirstOrDefault(k => k.Path == key)?.Type;
        bool isJson = TryJson(text, out JsValue json);
        if (type == ConfigurationKeyType.Url || tree?.Get(key) is JsUrl)
        {
            return isJson && json is not JsString ? json : Url(isJson ? json.AsString()! : text);
        }

        bool takesText = type is ConfigurationKeyType.Text or ConfigurationKeyType.Address;
        return isJson && (!takesText || json is JsString or JsNull) ? json : text;
    }

    private static JsUrl Url(string href) => Uri.TryCreate(href, UriKind.Absolute, out _)
        ? new JsUrl(href)
        : throw new UsageException($"'{href}' is not a URL, such as https://scheduler.example/.");

    private static bool TryJson(string text, out JsValue value)
    {
        try
        {
            value = JsonReader.Parse(text);
            return true;
        }
        catch (SerializationException)
        {
            // not JSON, so text: the usual case
            value = JsValue.Undefined;
            return false;
        }
    }

    [GeneratedRegex("""^\s*url\(\s*(?<quote>['"])(?<href>[^'"]*)\k<quote>\s*\)\s*$""")]
    private static partial Regex UrlCall();
}
