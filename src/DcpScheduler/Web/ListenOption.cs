using System.Globalization;

namespace DcpScheduler.Web;

/// <summary>Reads the addresses on the command line.</summary>
internal static class ListenOption
{
    /// <summary>Reads <c>HOST:PORT</c>, <c>[IPv6]:PORT</c> or <c>PORT</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static (string Host, int Port) Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "127.0.0.1" : text[..colon].Trim('[', ']');
        return host.Length > 0 && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= 65535
            ? (host, port)
            : throw new FormatException($"--listen {text}: HOST:PORT is needed, for example 127.0.0.1:8080.");
    }

    /// <summary>Reads an http(s) URL, and ends it with a slash; null stays null.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Uri? ParsePublicUrl(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            ? url
            : throw new FormatException($"--public-url {text}: an http or https address is needed.");
    }
}
