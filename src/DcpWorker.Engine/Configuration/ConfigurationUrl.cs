using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// The members of a URL in a configuration, named and ordered as the tools of 2020 print them: strings all, the port of
/// http and https filled in, empty ones left out.
/// </summary>
internal static class ConfigurationUrl
{
    /// <summary>The members; of a text that is no URL only <c>href</c>.</summary>
    public static IEnumerable<(string Name, JsValue Value)> Members(JsUrl url)
    {
        string href = url.Href;
        int colon = href.IndexOf(':');
        if (colon < 0)
        {
            return [("href", href)];
        }

        string protocol = href[..(colon + 1)];
        string rest = href[(colon + 1)..];
        bool slashes = rest.StartsWith("//", StringComparison.Ordinal);
        (rest, string hash) = Cut(rest, '#');
        (rest, string search) = Cut(rest, '?');
        string authority = "";
        if (slashes)
        {
            int slash = rest.IndexOf('/', 2);
            authority = slash < 0 ? rest[2..] : rest[2..slash];
            rest = slash < 0 ? "" : rest[slash..];
        }

        string user = authority.Contains('@') ? authority[..authority.LastIndexOf('@')] : "";
        string host = authority[(authority.LastIndexOf('@') + 1)..];
        int portAt = host.LastIndexOf(':');
        bool hasPort = portAt > host.LastIndexOf(']');
        string port = hasPort ? host[(portAt + 1)..] : protocol switch { "http:" => "80", "https:" => "443", _ => "" };
        (string, string)[] members =
        [
            ("hostname", hasPort ? host[..portAt] : host),
            ("port", port),
            ("protocol", protocol),
            ("pathname", rest),
            ("href", href),
            ("slashes", slashes ? "true" : ""),
            ("host", host),
            ("path", rest + search),
            ("search", search),
            ("query", search.Length > 0 ? search[1..] : ""),
            ("hash", hash),
            ("auth", user),
            ("origin", slashes && protocol is "http:" or "https:" or "ws:" or "wss:" ? $"{protocol}//{host}" : "null"),
        ];
        return members.Where(m => m.Item2.Length > 0)
            .Select(m => (m.Item1, m.Item1 == "slashes" ? JsValue.FromBoolean(true) : JsValue.FromString(m.Item2)));
    }

    private static (string Before, string From) Cut(string text, char at) =>
        text.IndexOf(at) is >= 0 and var i ? (text[..i], text[i..]) : (text, "");
}
