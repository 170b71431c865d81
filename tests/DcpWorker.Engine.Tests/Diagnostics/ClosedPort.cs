using System.Net;
using System.Net.Sockets;

namespace DcpWorker.Engine.Tests.Diagnostics;

/// <summary>A port that nobody listens on, and nobody else gets: bound, but not open.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
