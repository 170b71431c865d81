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
        if (IsSecret(path) && value is JsString)
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
        string text = value is JsUrl url ? url.Href : ToJson(ToData(value, "", urlsAsText: true), indented: false);
        return text.Length <= 60 ? text : text[..57] + "…";
    }

    /// <summary>Whether a key's name says that its value is a secret.</summary>
    public static bool IsSecret(string path) => Secret.Contains(path[(path.LastIndexOf('.') + 1)..], StringComparer.OrdinalIgnoreCase);

    private static string MaskUserInfo(string href)
    {
        int start = href.IndexOf("://", StringComparison.Ordinal) + 3;
        int at = start < 3 ? -1 : href.IndexOf('@', start);
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
