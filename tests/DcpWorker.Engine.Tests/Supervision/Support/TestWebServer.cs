using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DcpWorker.Engine.Tests.Supervision.Support;

/// <summary>A small HTTP server on a port of the system's choice: one answer for each request, then the connection ends.</summary>
internal sealed class TestWebServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Request, Answer> _answer;
    private readonly Task _accepting;

    public TestWebServer(Func<Request, Answer> answer)
    {
        _answer = answer;
        _listener.Start();
        Location = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Location { get; }

    public sealed record Request(string Method, string Path, string Body);

    public sealed record Answer(int Status, string Content, string ContentType = "text/plain", string? Location = null)
    {
        /// <summary>What is sent in place of <see cref="Content"/>, compressed in the way that is named.</summary>
        public (string Encoding, byte[] Bytes)? Compressed { get; init; }

        /// <summary>Whether the connection ends before the last byte that was promised.</summary>
        public bool EndsEarly { get; init; }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException && _stop.IsCancellationRequested)
        {
            // stopped; InvalidOperationException when that came between two calls
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using StreamReader reader = new(client.GetStream(), Encoding.Latin1, leaveOpen: true);
                string[] first = (await reader.ReadLineAsync(_stop.Token) ?? "").Split(' ');
                int length = 0;
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
                {
                    length = header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) ? int.Parse(header[15..]) : length;
                }

                char[] body = new char[length];
                if (length > 0)
                {
                    await reader.ReadBlockAsync(body, _stop.Token);
                }

                Answer answer = _answer(new Request(first[0], first[1], new string(body)));
                byte[] content = answer.Compressed?.Bytes ?? Encoding.UTF8.GetBytes(answer.Content);
                string head = $"HTTP/1.1 {answer.Status} Test\r\nContent-Type: {answer.ContentType}\r\nContent-Length: {content.Length + (answer.EndsEarly ? 1 : 0)}\r\nConnection: close\r\n"
                    + (answer.Compressed is { } compressed ? $"Content-Encoding: {compressed.Encoding}\r\n" : "")
                    + (answer.Location is null ? "" : $"Location: {answer.Location}\r\n") + "\r\n";
                await client.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. content], _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // the client went away
            }
        }
    }
}
