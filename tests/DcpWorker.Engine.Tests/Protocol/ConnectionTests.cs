using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Protocol;

public sealed class ConnectionTests
{
    [Fact]
    public async Task A_request_is_answered_over_a_real_socket()
    {
        await using Peers peers = new();
        Connection connection = peers.Initiate();
        Response response = await connection.RequestAsync("hello", new JsObject { ["a"] = 1, ["s"] = "é\ud83d\ude00\u2028" }).WaitAsync(Peers.Patience);
        Assert.True(response.Success);
        Assert.Equal("{\"youSaid\":{\"a\":1,\"s\":\"é\ud83d\ude00\u2028\"}}", JsonWriter.Write(response.Payload));
        Assert.Equal(Peers.TargetKey.Address, connection.PeerAddress);
        Assert.Equal(ConnectionState.Established, connection.State);
        Assert.Equal(42, connection.SessionId!.Length);
        Assert.Contains("GET /svc/dcp5/socketio/?EIO=4&transport=websocket ", peers.Host.LastRequest, StringComparison.Ordinal);
        Assert.Contains("X-DCP: ", peers.Host.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_responder_asks_and_the_initiator_answers()
    {
        await using Peers peers = new();
        Connection connection = peers.Initiate();
        connection.RequestHandler = (request, _) => Task.FromResult<JsValue>(request.Operation + " " + request.Data.AsString());
        await connection.ConnectAsync(CancellationToken.None).WaitAsync(Peers.Patience);
        await connection.KeepaliveAsync().WaitAsync(Peers.Patience);
        Response response = await peers.Accepted.Single().RequestAsync("event", "stop").WaitAsync(Peers.Patience);
        Assert.Equal("event stop", response.Payload.AsString());
    }

    [Fact]
    public async Task Many_requests_at_once_share_batches_and_are_each_answered()
    {
        int messages = 0;
        await using Peers peers = new(handler: (request, _) =>
        {
            Interlocked.Increment(ref messages);
            return Task.FromResult(request.Data["n"]);
        });
        Connection connection = peers.Initiate();
        Task<Response>[] requests = [.. Enumerable.Range(0, 200).Select(n => connection.RequestAsync("count", new JsObject { ["n"] = n }))];
        Response[] responses = await Task.WhenAll(requests).WaitAsync(Peers.Patience);
        Assert.Equal(Enumerable.Range(0, 200), responses.Select(r => r.Payload.AsInt32()!.Value));
        Assert.Equal(200, messages);
    }

    [Fact]
    public async Task A_message_of_a_million_characters_passes_both_ways()
    {
        await using Peers peers = new();
        Connection connection = peers.Initiate();
        string text = string.Concat(Enumerable.Repeat("é\"\\\ud83d\ude00x", 200_000));
        Response response = await connection.RequestAsync("hello", text).WaitAsync(Peers.Patience);
        Assert.Equal(text, response.Payload["youSaid"].AsString());
    }

    [Fact]
    public async Task The_error_of_a_handler_reaches_the_asker_with_its_code()
    {
        await using Peers peers = new(handler: (_, _) => throw new ProtocolException("EFAIL", "because"));
        Response response = await peers.Initiate().RequestAsync("fail", JsValue.Undefined).WaitAsync(Peers.Patience);
        Assert.False(response.Success);
        ProtocolException error = Assert.Throws<ProtocolException>(response.ThrowIfFailed);
        Assert.Equal(("EFAIL", "because", false), (error.Code, error.Message, error.IsConnectionFailure));
        Assert.Equal(Peers.TargetKey.Address.ToString(), response.Payload["origin"].AsString());
    }

    [Fact]
    public async Task A_cut_socket_costs_nothing_but_time()
    {
        await using Peers peers = new();
        Connection connection = peers.Initiate();
        await connection.ConnectAsync(CancellationToken.None).WaitAsync(Peers.Patience);
        string? session = connection.SessionId;
        for (int round = 0; round < 5; round++)
        {
            Task<Response>[] requests = [.. Enumerable.Range(0, 30).Select(n => connection.RequestAsync("count", n))];
            peers.Host.Cut();
            Response[] responses = await Task.WhenAll(requests).WaitAsync(Peers.Patience);
            Assert.Equal(Enumerable.Range(0, 30), responses.Select(r => r.Payload["youSaid"].AsInt32()!.Value));
        }

        Assert.Equal(session, connection.SessionId);
        Assert.Single(peers.Accepted);
    }

    [Fact]
    public async Task A_session_the_listener_does_not_know_ends_with_ECONNRESET()
    {
        await using Peers peers = new(ConnectionOptions.Default with { UnknownSessionDelay = TimeSpan.FromMilliseconds(20) });
        Connection connection = peers.Initiate();
        await connection.ConnectAsync(CancellationToken.None).WaitAsync(Peers.Patience);
        peers.Restart();
        ProtocolException error = await Assert.ThrowsAsync<ProtocolException>(() => connection.RequestAsync("hello", 1).WaitAsync(Peers.Patience));
        Assert.Equal("ECONNRESET", error.Code);
        Assert.True(error.IsConnectionFailure);
        Assert.Equal("ECONNRESET", await connection.Closed.WaitAsync(Peers.Patience));
    }

    [Fact]
    public async Task Closing_tells_the_peer_and_fails_what_is_pending()
    {
        TaskCompletionSource never = new();
        await using Peers peers = new(handler: async (_, ct) =>
        {
            await never.Task.WaitAsync(ct);
            return JsValue.Null;
        });
        Connection connection = peers.Initiate();
        Task<Response> pending = connection.RequestAsync("wait", 1);
        await connection.KeepaliveAsync().WaitAsync(Peers.Patience);
        await connection.CloseAsync().WaitAsync(Peers.Patience);
        ProtocolException error = await Assert.ThrowsAsync<ProtocolException>(() => pending);
        Assert.Equal("EPIPE", error.Code);
        Assert.Equal("ECONNRESET", await peers.Accepted.Single().Closed.WaitAsync(Peers.Patience));
        Assert.Equal(ConnectionState.Closed, connection.State);
        await Assert.ThrowsAsync<ProtocolException>(() => connection.RequestAsync("late", 1));
    }
}
