using System.Net.Sockets;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>
/// Closes a connection so that the peer gets all that was written. A socket closed with unread input is reset, and a
/// reset may overtake the last lines on their way.
/// </summary>
internal static class LingeringClose
{
    private const int MostDiscarded = 1 << 20;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    /// <summary>Closes; at the latest after half a second, or a mebibyte of what nobody reads.</summary>
    internal static async Task RunAsync(Socket connection, CancellationToken cancellation = default)
    {
        try
        {
            connection.Shutdown(SocketShutdown.Send);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Longest);
            byte[] discarded = new byte[8192];
            for (int total = 0, count = 1; total < MostDiscarded && count > 0; total += count)
            {
                count = await connection.ReceiveAsync(discarded, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // The peer is gone or does not hang up: either way there is nobody left to be polite to.
        }
        finally
        {
            connection.Dispose();
        }
    }
}
