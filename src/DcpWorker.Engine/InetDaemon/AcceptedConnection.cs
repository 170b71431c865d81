using System.Net.Sockets;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>What a connection is set to before an evaluator gets it.</summary>
internal static class AcceptedConnection
{
    private const int IdleSeconds = 60;
    private const int ProbeSeconds = 10;
    private const int MostProbes = 6;

    /// <summary>
    /// Lines leave at once, and a peer that has vanished without a word (its machine was switched off, the network was cut) is
    /// missed two minutes later: otherwise its evaluator would wait for it, in its place, for ever.
    /// </summary>
    /// <exception cref="SocketException">The connection is gone.</exception>
    internal static void Prepare(Socket connection)
    {
        connection.NoDelay = true;
        connection.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        connection.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        connection.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeSeconds);
        connection.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, MostProbes);
    }
}
