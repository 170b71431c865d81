using System.Net;
using System.Net.Sockets;

namespace DcpWorker.Engine.Logging.Syslog;

/// <summary>Datagrams, each a message: over UDP or to a Unix socket.</summary>
internal sealed class DatagramConnection(SyslogAddress address, TimeSpan limit) : ISyslogConnection
{
    private Socket? _socket;

    /// <inheritdoc/>
    public int Send(IReadOnlyList<byte[]> messages)
    {
        try
        {
            _socket ??= Connect();
            _socket.Send(messages[0]);
            return 1;
        }
        catch
        {
            // the server may have been started anew, with another socket
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private Socket Connect() => address.Transport == SyslogTransport.Unix
        ? Connect(new UnixDomainSocketEndPoint(address.Host), ProtocolType.Unspecified)
        : Connect(new IPEndPoint(Dns.GetHostAddresses(address.Host)[0], address.Port), ProtocolType.Udp);

    private Socket Connect(EndPoint server, ProtocolType protocol)
    {
        Socket socket = new(server.AddressFamily, SocketType.Dgram, protocol) { SendTimeout = (int)limit.TotalMilliseconds };
        try
        {
            socket.Connect(server);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
