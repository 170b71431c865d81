using System.Globalization;
using System.Net;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>Reads the address on which evaluators are offered, in the forms that configurations use.</summary>
public static class ListenAddress
{
    /// <summary>The port of evaluators unless configured otherwise.</summary>
    public const int DefaultPort = 9000;

    /// <summary>
    /// Reads <c>127.0.0.1:9000</c>, <c>localhost:9000</c>, <c>[::1]:9000</c>, <c>:9000</c>, <c>9000</c> or any of these
    /// behind a scheme (<c>tcp://localhost:9000/</c>, <c>dcpsaw://</c>, <c>http://</c>). <c>localhost</c> is the
    /// IPv4 loopback, a missing port 9000, port 0 one chosen by the system.
    /// </summary>
    /// <exception cref="InetDaemonException">The text is no such address. Names other than localhost are not looked up.</exception>
    public static IPEndPoint Parse(string text)
    {
        string rest = text.Trim();
        int scheme = rest.IndexOf("://", StringComparison.Ordinal);
        rest = (scheme < 0 ? rest : rest[(scheme + 3)..]).TrimEnd('/');
        if (int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out int portOnly) && portOnly <= IPEndPoint.MaxPort)
        {
            return new IPEndPoint(IPAddress.Loopback, portOnly);
        }

        int colon = rest.EndsWith(']') ? -1 : rest.LastIndexOf(':');
        string host = colon < 0 ? rest : rest[..colon];
        int port = DefaultPort;
        bool portReads = colon < 0
            || (int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort);
        IPAddress? address = host is "" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            ? IPAddress.Loopback
            : IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? literal) ? literal : null;
        return portReads && address is not null
            ? new IPEndPoint(address, port)
            : throw new InetDaemonException("BadListenAddress", $"'{text}' is no address to listen on. Write an IP address and a port, such as 127.0.0.1:9000.");
    }
}
