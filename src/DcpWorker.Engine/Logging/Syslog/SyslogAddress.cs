using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DcpWorker.Engine.Logging.Syslog;

/// <summary>Where a syslog server listens.</summary>
/// <param name="Transport">How messages travel there.</param>
/// <param name="Host">Name or address of the host; the path of a Unix socket.</param>
/// <param name="Port">The port; 0 for a Unix socket.</param>
public sealed record SyslogAddress(SyslogTransport Transport, string Host, int Port)
{
    /// <summary>The forms of an address, as the end of a sentence.</summary>
    internal const string Forms = "unix:PATH, udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT";

    private const int DefaultPort = 514;
    private const int DefaultTlsPort = 6514;
    private const string UnixPrefix = "unix:";

    /// <summary>Where a host's own syslog, or its journal, listens.</summary>
    public static SyslogAddress Local { get; } = new(SyslogTransport.Unix, "/dev/log", 0);

    /// <summary>Reads <c>unix:/dev/log</c>, <c>udp://loghost:514</c> and the like; ports 514 and, for TLS, 6514 need not be written.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SyslogAddress? address)
    {
        address = null;
        if (text.StartsWith(UnixPrefix, StringComparison.OrdinalIgnoreCase))
        {
            string path = text[UnixPrefix.Length..];
            path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path;
            address = path.StartsWith('/') ? new SyslogAddress(SyslogTransport.Unix, path, 0) : null;
        }
        else if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0
            && uri.AbsolutePath is "/" or "" && uri.Query.Length == 0 && Parse(uri.Scheme) is { } transport)
        {
            int port = uri.IsDefaultPort || uri.Port < 1 ? transport == SyslogTransport.Tls ? DefaultTlsPort : DefaultPort : uri.Port;
            address = new SyslogAddress(transport, uri.IdnHost, port);
        }

        return address is not null;
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => Transport == SyslogTransport.Unix
        ? UnixPrefix + Host
        : string.Create(CultureInfo.InvariantCulture, $"{Transport.ToString().ToLowerInvariant()}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    private static SyslogTransport? Parse(string scheme) => scheme switch
    {
        "udp" => SyslogTransport.Udp,
        "tcp" => SyslogTransport.Tcp,
        "tls" => SyslogTransport.Tls,
        _ => null,
    };
}
