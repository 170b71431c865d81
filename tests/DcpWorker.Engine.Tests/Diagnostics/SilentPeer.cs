using System.Net;
using System.Net.Sockets;

namespace DcpWorker.Engine.Tests.Diagnostics;

/// <summary>Takes connections, and says nothing ever.</summary>
internal sealed class SilentPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SilentPeer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();
}
