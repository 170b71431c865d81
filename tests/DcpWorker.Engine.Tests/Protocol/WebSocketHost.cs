using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>A bare WebSocket server on a port of the system's choice: upgrades every request and hands the socket over.</summary>
internal sealed partial class WebSocketHost : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _clients = [];
    private readonly Func<WebSocket, string, CancellationToken, Task> _serve;
    private Task? _accepting;

    public WebSocketHost(Func<WebSocket, string, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Location => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/svc/");

    /// <summary>Answers every request with this instead of an upgrade, while not null.</summary>
    public string? Refusal { get; set; }

    public int Accepted { get; private set; }

    public string LastRequest { get; private set; } = "";

    /// <summary>Cuts every TCP connection, without a word, as a lost network does.</summary>
    public void Cut()
    {
        lock (_clients)
        {
            foreach (TcpClient client in _clients)
            {
                client.Client?.Close(0);
            }

            _clients.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await (_accepting ?? Task.CompletedTask);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException
            || (e is InvalidOperationException && _stop.IsCancellationRequested))
        {
            // stopped, perhaps between two connections: then it is "not listening"
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                lock (_clients)
                {
                    _clients.Add(client);
                    Accepted++;
                }

                client.NoDelay = true;
                Stream stream = client.GetStream();
                string request = await ReadHeadAsync(stream);
                LastRequest = request;
                if (Refusal is { } refusal)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(refusal), _stop.Token);
                    return;
                }

#pragma warning disable CA5350 // what RFC 6455 asks for; no security rests on it
                string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(
                    KeyHeader().Match(request).Groups[1].Value + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
                await stream.WriteAsync(
                    Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"),
                    _stop.Token);
                string path = request.Split(' ')[1].Split('?')[0];
                using WebSocket socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
                await _serve(socket, path, _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or WebSocketException or ObjectDisposedException or SocketException)
            {
                // the client went away: what the test is about
            }
            finally
            {
                lock (_clients)
                {
                    _clients.Remove(client);
                }
            }
        }
    }

    private async Task<string> ReadHeadAsync(Stream stream)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    [GeneratedRegex("Sec-WebSocket-Key: (\\S+)", RegexOptions.IgnoreCase)]
    private static partial Regex KeyHeader();
}
