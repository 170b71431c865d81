using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DcpWorker.Engine.InetDaemon.Linux;

/// <summary>
/// The time after a peer has hung up. An evaluator that still reads what was sent before, or whose answer is still
/// on its way, is left alone; one that does neither for the length of the grace is stuck.
/// </summary>
internal sealed class HangUp
{
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const int BytesAcknowledged = 120;   // offset of tcpi_bytes_acked (Linux 4.1)

    private readonly Socket _socket;
    private readonly TimeSpan _grace;
    private (int Unread, ulong Acknowledged) _last;
    private long _since = Stopwatch.GetTimestamp();

    internal HangUp(Socket socket, TimeSpan grace)
    {
        _socket = socket;
        _grace = grace;
        _last = Look();
    }

    /// <summary>Whether the grace is over; to be asked now and then.</summary>
    internal bool IsOver()
    {
        (int Unread, ulong Acknowledged) now = Look();
        if (now != _last)
        {
            _last = now;
            _since = Stopwatch.GetTimestamp();
        }

        return Stopwatch.GetElapsedTime(_since) >= _grace;
    }

    private (int Unread, ulong Acknowledged) Look()
    {
        Span<byte> info = stackalloc byte[BytesAcknowledged + sizeof(ulong)];
        int length = _socket.GetRawSocketOption(Tcp, TcpInfo, info);
        return (_socket.Available, length == info.Length ? MemoryMarshal.Read<ulong>(info[BytesAcknowledged..]) : 0);
    }
}
