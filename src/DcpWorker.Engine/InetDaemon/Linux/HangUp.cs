using System.Diagnostics;

namespace DcpWorker.Engine.InetDaemon.Linux;

/// <summary>
/// The time after a peer has hung up. An evaluator that still reads what was sent before, or whose answer is still
/// on its way, is left alone; one that does neither for the length of the grace is stuck.
/// </summary>
internal sealed class HangUp
{
    private readonly int _socket;
    private readonly TimeSpan _grace;
    private (int Unread, int Unsent) _last;
    private long _since = Stopwatch.GetTimestamp();

    internal HangUp(int socket, TimeSpan grace)
    {
        _socket = socket;
        _grace = grace;
        _last = Look();
    }

    /// <summary>Whether the grace is over; to be asked now and then.</summary>
    internal bool IsOver()
    {
        (int Unread, int Unsent) now = Look();
        if (now != _last)
        {
            _last = now;
            _since = Stopwatch.GetTimestamp();
        }

        return Stopwatch.GetElapsedTime(_since) >= _grace;
    }

    private (int Unread, int Unsent) Look() => (LibC.Query(_socket, LibC.BytesUnread), LibC.Query(_socket, LibC.BytesUnsent));
}
