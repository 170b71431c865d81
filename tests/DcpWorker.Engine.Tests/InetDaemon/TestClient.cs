using System.Net.Sockets;
using System.Text;

namespace DcpWorker.Engine.Tests.InetDaemon;

/// <summary>A peer of the daemon; no wait is longer than <see cref="TestDaemon.Patience"/>.</summary>
internal sealed class TestClient(TcpClient client) : IDisposable
{
    private readonly StreamReader _reader = new(client.GetStream(), Encoding.UTF8);

    internal NetworkStream Stream => client.GetStream();

    internal async Task SendAsync(string text)
    {
        using CancellationTokenSource limit = new(TestDaemon.Patience);
        await Stream.WriteAsync(Encoding.UTF8.GetBytes(text), limit.Token);
    }

    internal void HalfClose() => client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>The next line; null at the end, be it orderly or by a reset.</summary>
    internal async Task<string?> ReadLineAsync()
    {
        using CancellationTokenSource limit = new(TestDaemon.Patience);
        try
        {
            return await _reader.ReadLineAsync(limit.Token);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The first line from here on that begins so; fails when there is none.</summary>
    internal async Task<string> ReadUntilAsync(string prefix)
    {
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException($"The connection ended before a line that begins with '{prefix}'.");
    }

    internal async Task<string> ReadToEndAsync()
    {
        using CancellationTokenSource limit = new(TestDaemon.Patience);
        return await _reader.ReadToEndAsync(limit.Token);
    }

    public void Dispose()
    {
        _reader.Dispose();
        client.Dispose();
    }
}
