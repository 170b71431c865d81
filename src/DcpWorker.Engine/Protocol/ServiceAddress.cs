using System.Net;

namespace DcpWorker.Engine.Protocol;

/// <summary>Where the socket of a service is, and what the HTTP answers on the way to it mean.</summary>
internal static class ServiceAddress
{
    private const string SocketQuery = "EIO=4&transport=websocket";

    /// <summary>The WebSocket location of a service.</summary>
    public static Uri SocketUri(Uri service, string socketPath) => new UriBuilder(service)
    {
        Scheme = service.Scheme is "https" or "wss" ? "wss" : "ws",
        Port = service.Port,
        Path = service.AbsolutePath + socketPath,
        Query = SocketQuery,
    }.Uri;

    /// <summary>Whether it is of no use to ask again after this status; 0 is no HTTP answer at all.</summary>
    public static bool IsPermanent(HttpStatusCode status) => (int)status is not
        (0 or 101 or 200 or 301 or 302 or 303 or 307 or 308 or 408 or 429 or 500 or 502 or 503 or 504);

    /// <summary>Where the service has moved to; null when the answer is no redirection to a place we could ask.</summary>
    public static Uri? Redirected(Uri service, HttpStatusCode status, IReadOnlyDictionary<string, IEnumerable<string>>? headers, string socketPath)
    {
        if ((int)status is not (301 or 302 or 303 or 307 or 308)
            || headers?.FirstOrDefault(h => h.Key.Equals("Location", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault() is not { } location
            || !Uri.TryCreate(SocketUri(service, socketPath), location, out Uri? target))
        {
            return null;
        }

        string scheme = target.Scheme switch { "wss" or "https" => "https", "ws" or "http" => "http", _ => "" };
        if (scheme.Length == 0)
        {
            return null;
        }

        string path = target.AbsolutePath;
        if (socketPath.Length > 0 && path.EndsWith(socketPath, StringComparison.Ordinal))
        {
            path = path[..^socketPath.Length];
        }

        return new UriBuilder(scheme, target.Host, target.Port, path).Uri;
    }
}
