using System.Net.WebSockets;
using System.Text;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Protocol.Framing;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Logging;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>A misbehaving peer loses its socket or session; everybody else's goes on.</summary>
public sealed class HostilePeerTests
{
    private static readonly PrivateKey Stranger = PrivateKey.Parse(string.Concat(Enumerable.Repeat("44", 32)));

    [Theory]
    [InlineData("garbage")]
    [InlineData("42[\"message\",\"garbage\"]")]
    [InlineData("42[\"message\",\"{\\\"owner\\\":1}\"]")]
    [InlineData("42[\"message\",\"{}\"]")]
    [InlineData("42[\"message\",\"E0001C{\"]")]
    [InlineData("42[\"message\",")]
    [InlineData("9")]
    [InlineData("")]
    public async Task A_socket_that_talks_garbage_is_ended(string packet)
    {
        await using Peers peers = new();
        using ClientWebSocket socket = await OpenAsync(peers);
        await SendAsync(socket, packet);
        await ExpectEndAsync(socket);
        await ExpectHealthyAsync(peers);
    }

    [Fact]
    public async Task A_socket_that_opens_otherwise_is_ended()
    {
        await using Peers peers = new();
        using ClientWebSocket socket = await DialAsync(peers);
        await SendAsync(socket, "41");
        await ExpectEndAsync(socket);
        await ExpectHealthyAsync(peers);
    }

    [Fact]
    public async Task A_packet_beyond_the_bound_ends_the_socket()
    {
        await using Peers peers = new();
        using ClientWebSocket socket = await OpenAsync(peers);
        byte[] chunk = new byte[1024 * 1024];
        Array.Fill(chunk, (byte)'4');
        try
        {
            for (int i = 0; i < 64; i++)
            {
                await socket.SendAsync(chunk, WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None).WaitAsync(Peers.Patience);
            }

            Assert.Fail("64 MB were taken as one packet.");
        }
        catch (Exception e) when (e is WebSocketException or IOException)
        {
            // cut off
        }

        await ExpectHealthyAsync(peers);
    }

    [Fact]
    public async Task Binary_packets_end_the_socket()
    {
        await using Peers peers = new();
        using ClientWebSocket socket = await OpenAsync(peers);
        await socket.SendAsync(new byte[100], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        await ExpectEndAsync(socket);
        await ExpectHealthyAsync(peers);
    }

    [Fact]
    public async Task A_message_cut_in_the_middle_by_the_end_of_the_socket_is_forgotten()
    {
        await using Peers peers = new();
        using (ClientWebSocket socket = await OpenAsync(peers))
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes("42[\"message\",\"{\\\"own"), WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
            socket.Abort();
        }

        await ExpectHealthyAsync(peers);
        Assert.Single(peers.Listener.Connections);
    }

    [Fact]
    public async Task A_socket_that_never_says_anything_is_ended()
    {
        await using Peers peers = new(ConnectionOptions.Default with { HandshakeTimeout = TimeSpan.FromMilliseconds(300) });
        using ClientWebSocket half = await DialAsync(peers);
        using ClientWebSocket open = await OpenAsync(peers);
        await ExpectEndAsync(half);
        await ExpectEndAsync(open);
    }

    [Fact]
    public async Task A_client_that_does_not_answer_pings_is_ended()
    {
        await using Peers peers = new(ConnectionOptions.Default with { PingInterval = TimeSpan.FromMilliseconds(100), PingTimeout = TimeSpan.FromMilliseconds(200) });
        using ClientWebSocket socket = await OpenAsync(peers);
        List<string> packets = [];
        try
        {
            while (await ReceiveAsync(socket) is { } packet)
            {
                packets.Add(packet);
            }
        }
        catch (WebSocketException)
        {
            // cut off
        }

        Assert.Contains("2", packets);
        Assert.Equal(1, packets.Count(p => p == "2"));
    }

    [Fact]
    public async Task A_server_that_does_not_ping_is_left_and_found_again()
    {
        int sockets = 0;
        await using WebSocketHost host = new(async (socket, _, ct) =>
        {
            Interlocked.Increment(ref sockets);
            await socket.SendAsync(Encoding.UTF8.GetBytes("0{\"sid\":\"x\",\"pingInterval\":500,\"pingTimeout\":500}"), WebSocketMessageType.Text, true, ct);
            await socket.SendAsync(Encoding.UTF8.GetBytes("40{\"sid\":\"x\"}"), WebSocketMessageType.Text, true, ct);
            byte[] buffer = new byte[10_000];
            while ((await socket.ReceiveAsync(buffer, ct)).MessageType != WebSocketMessageType.Close)
            {
            }
        });
        Connection connection = Connection.Initiate(host.Location, Peers.InitiatorKey, ConnectionOptions.Default with { ConnectTimeout = TimeSpan.FromSeconds(10) }, null, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await using (connection)
        {
            ProtocolException error = await Assert.ThrowsAsync<ProtocolException>(() => connection.ConnectAsync(CancellationToken.None).WaitAsync(Peers.Patience));
            Assert.Equal("ETIMEDOUT", error.Code);
        }

        Assert.InRange(sockets, 2, 20);
    }

    [Fact]
    public async Task The_first_message_must_be_of_a_session_or_ask_for_one()
    {
        await using Peers peers = new();
        using ClientWebSocket socket = await OpenAsync(peers);
        await SendAsync(socket, Packet(Stranger, "{\"id\":\"1\",\"type\":\"request\",\"payload\":{\"operation\":\"hello\"},\"ackToken\":\"t\",\"nonce\":null}"));
        await ExpectEndAsync(socket);
        Assert.Empty(peers.Accepted);
    }

    [Fact]
    public async Task Nobody_takes_over_the_session_of_another()
    {
        await using Peers peers = new();
        Connection victim = peers.Initiate();
        await victim.ConnectAsync(CancellationToken.None).WaitAsync(Peers.Patience);

        using ClientWebSocket socket = await OpenAsync(peers);
        await SendAsync(socket, Packet(Stranger, $"{{\"type\":\"ack\",\"dcpsid\":\"{victim.SessionId}\",\"token\":\"t\",\"nonce\":\"n\",\"messageId\":\"m\"}}"));
        await ExpectEndAsync(socket);

        // nor by claiming to be the victim
        using ClientWebSocket liar = await OpenAsync(peers);
        string forged = SealedMessage.Seal(Stranger, $"{{\"type\":\"ack\",\"dcpsid\":\"{victim.SessionId}\"}}")
            .Replace(Stranger.Address.ToString(), Peers.InitiatorKey.Address.ToString(), StringComparison.Ordinal);
        await SendAsync(liar, SocketIoPacket.Event(forged));
        await ExpectEndAsync(liar);

        Assert.True((await victim.RequestAsync("hello", 1).WaitAsync(Peers.Patience)).Success);
        Assert.Single(peers.Accepted);
    }

    [Fact]
    public async Task A_wrong_version_is_refused_and_said_to_be()
    {
        await using Peers peers = new();
        using ClientWebSocket socket = await OpenAsync(peers);
        await SendAsync(socket, Connect("4.0.0"));
        string answers = "";
        while (await ReceiveAsync(socket) is { } packet)
        {
            answers += packet;
        }

        Assert.Contains("\\\"success\\\":false,\\\"payload\\\":{\\\"message\\\":\\\"^5.2.0\\\",\\\"code\\\":\\\"EVERSION\\\"}", answers, StringComparison.Ordinal);
        Assert.Empty(peers.Accepted);
    }

    [Fact]
    public async Task A_peer_that_reuses_a_nonce_loses_its_session()
    {
        await using Peers peers = new();
        using ClientWebSocket socket = await OpenAsync(peers);
        await SendAsync(socket, Connect("5.3.0"));
        await WaitForAsync(() => !peers.Accepted.IsEmpty);
        Connection session = peers.Accepted.Single();
        await SendAsync(socket, Packet(Stranger, $"{{\"id\":\"2\",\"type\":\"request\",\"payload\":{{\"operation\":\"hello\"}},\"dcpsid\":\"{session.SessionId}\",\"ackToken\":\"t2\",\"nonce\":\"stolen\"}}"));
        await WaitForAsync(() => session.State >= ConnectionState.Closing);
        socket.Abort();
        Assert.Equal("DCPC-1026", await session.Closed.WaitAsync(Peers.Patience));
        await ExpectHealthyAsync(peers);
    }

    [Theory]
    [InlineData("{\"type\":\"ack\",\"token\":\"unknown\",\"nonce\":\"n\"}")]
    [InlineData("{\"type\":\"ack\",\"dcpsid\":\"other\",\"token\":\"unknown\",\"nonce\":\"n\"}")]
    [InlineData("{\"id\":\"2\",\"type\":\"request\",\"payload\":{\"operation\":\"hello\"},\"dcpsid\":\"other\",\"ackToken\":\"t2\",\"nonce\":null}")]
    [InlineData("{\"id\":\"2\",\"type\":\"batch\",\"ackToken\":\"t2\",\"nonce\":null}")]
    [InlineData("{\"id\":2}")]
    [InlineData("{}")]
    public async Task A_message_that_breaks_the_rules_ends_the_session(string body)
    {
        await using Peers peers = new(ConnectionOptions.Default with { CloseTimeout = TimeSpan.FromMilliseconds(100) });
        using ClientWebSocket socket = await OpenAsync(peers);
        await SendAsync(socket, Connect("5.3.0"));
        await WaitForAsync(() => !peers.Accepted.IsEmpty);
        await SendAsync(socket, Packet(Stranger, body));
        Assert.StartsWith("E", await peers.Accepted.Single().Closed.WaitAsync(Peers.Patience), StringComparison.Ordinal);
        await ExpectHealthyAsync(peers);
    }

    [Fact]
    public async Task A_service_that_answers_as_somebody_else_is_not_trusted()
    {
        await using Peers peers = new();
        IdentityCache cache = new(null, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await peers.Initiate(cache: cache).ConnectAsync(CancellationToken.None).WaitAsync(Peers.Patience);
        peers.Restart(Stranger);
        ProtocolException error = await Assert.ThrowsAsync<ProtocolException>(() => peers.Initiate(cache: cache).ConnectAsync(CancellationToken.None).WaitAsync(Peers.Patience));
        Assert.Equal("EADDRCHANGE", error.Code);
    }

    [Fact]
    public async Task Sessions_are_bounded_and_the_one_longest_without_a_socket_goes_first()
    {
        await using Peers peers = new(ConnectionOptions.Default with { MaxSessions = 2 });
        using (ClientWebSocket socket = await OpenAsync(peers))
        {
            await SendAsync(socket, Connect("5.3.0"));
            await WaitForAsync(() => peers.Accepted.Count == 1);
            socket.Abort();
        }

        Connection gone = peers.Accepted.Single();
        await WaitForAsync(() => gone.State == ConnectionState.Disconnected);
        await peers.Initiate().KeepaliveAsync().WaitAsync(Peers.Patience);
        await peers.Initiate().KeepaliveAsync().WaitAsync(Peers.Patience);
        Assert.Equal(ConnectionState.Closed, gone.State);
        await WaitForAsync(() => peers.Listener.Connections.Count == 2);
    }

    [Fact]
    public async Task A_peer_that_comes_back_during_the_end_does_not_hold_it_up()
    {
        await using Peers peers = new(ConnectionOptions.Default with { CloseTimeout = TimeSpan.FromSeconds(2) });
        using ClientWebSocket socket = await OpenAsync(peers);
        await SendAsync(socket, Connect("5.3.0"));
        JsObject answer = (await ReceiveMessageAsync(socket, "response")).Body;
        string ack = $"{{\"type\":\"ack\",\"dcpsid\":\"{answer["dcpsid"].AsString()}\",\"token\":\"{answer["ackToken"].AsString()}\",\"nonce\":\"n\",\"messageId\":\"{answer["id"].AsString()}\"}}";
        await SendAsync(socket, Packet(Stranger, ack));

        Task closing = peers.Listener.DisposeAsync().AsTask();
        Assert.Equal("close", (await ReceiveMessageAsync(socket, "request")).Body["payload"]["operation"].AsString());
        using ClientWebSocket second = await OpenAsync(peers);
        await SendAsync(second, Packet(Stranger, ack));
        await closing.WaitAsync(Peers.Patience);
        Assert.Equal(ConnectionState.Closed, peers.Accepted.Single().State);
    }

    [Fact]
    public async Task A_peer_fills_no_log()
    {
        RecordingLogger log = new();
        await using Peers peers = new(log: log);
        using ClientWebSocket socket = await OpenAsync(peers);
        await SendAsync(socket, Connect("5.3.0"));
        await WaitForAsync(() => !peers.Accepted.IsEmpty);
        JsObject ack = (await ReceiveMessageAsync(socket, "ack")).Body;
        string invalid = $"{{\"id\":\"x\",\"type\":\"request\",\"payload\":{{\"operation\":\"\\u001b[31m\\n{new string('x', 1000)}\"}}}}";
        string batch = $"{{\"id\":\"2\",\"type\":\"batch\",\"payload\":[{string.Join(',', Enumerable.Repeat(invalid, 200))}],\"dcpsid\":\"{peers.Accepted.Single().SessionId}\",\"ackToken\":\"t2\",\"nonce\":\"{ack["nonce"].AsString()}\"}}";
        await SendAsync(socket, Packet(Stranger, batch));

        // it is acknowledged inside the gate that it is processed in
        await ReceiveMessageAsync(socket, "ack");
        _ = peers.Accepted.Single().State;
        string[] lines = [.. log.Lines.Where(l => l.Text.Contains("was refused", StringComparison.Ordinal)).Select(l => l.Text)];
        Assert.InRange(lines.Length, 1, 100);
        Assert.All(lines, l => Assert.InRange(l.Length, 1, 300));
        Assert.All(lines, l => Assert.DoesNotContain(l, char.IsControl));
        Assert.All(lines, l => Assert.Contains("no valid stamp", l, StringComparison.Ordinal));
    }

    private static string Connect(string version) => Packet(
        Stranger,
        $"{{\"id\":\"1\",\"type\":\"request\",\"payload\":{{\"operation\":\"connect\",\"data\":{{\"version\":\"{version}\",\"sid\":\"{Guid.NewGuid():N}\"}}}},\"auth\":{{}},\"time\":1,\"ackToken\":\"t\",\"nonce\":null}}");

    private static string Packet(PrivateKey key, string body) => SocketIoPacket.Event(SealedMessage.Seal(key, body));

    private static async Task<ClientWebSocket> DialAsync(Peers peers)
    {
        ClientWebSocket socket = new();
        await socket.ConnectAsync(ServiceAddress.SocketUri(peers.Host.Location, "dcp5/socketio/"), CancellationToken.None).WaitAsync(Peers.Patience);
        Assert.StartsWith("0{\"sid\":", await ReceiveAsync(socket), StringComparison.Ordinal);
        return socket;
    }

    private static async Task<ClientWebSocket> OpenAsync(Peers peers)
    {
        ClientWebSocket socket = await DialAsync(peers);
        await SendAsync(socket, "40");
        Assert.StartsWith("40{\"sid\":", await ReceiveAsync(socket), StringComparison.Ordinal);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string packet) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static async Task<string?> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[100_000];
        WebSocketReceiveResult result = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Peers.Patience);
        return result.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    /// <summary>The next message of a type.</summary>
    private static async Task<SealedMessage> ReceiveMessageAsync(ClientWebSocket socket, string type)
    {
        const string Start = "42[\"message\",\"{";
        while (await ReceiveAsync(socket) is { } packet)
        {
            if (packet.StartsWith(Start, StringComparison.Ordinal)
                && SealedMessage.Open(SocketIoPacket.FrameOf(packet)!) is { } message && message.Body["type"].AsString() == type)
            {
                return message;
            }
        }

        throw new EndOfStreamException($"The socket ended before a message of type '{type}'.");
    }

    private static async Task ExpectEndAsync(ClientWebSocket socket)
    {
        try
        {
            while (await ReceiveAsync(socket) is not null)
            {
            }
        }
        catch (WebSocketException)
        {
            // without goodbye
        }
    }

    private static async Task ExpectHealthyAsync(Peers peers) =>
        Assert.True((await peers.Initiate().RequestAsync("hello", 1).WaitAsync(Peers.Patience)).Success);

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(Peers.Patience);
        while (!condition())
        {
            await Task.Delay(5, deadline.Token);
        }
    }
}
