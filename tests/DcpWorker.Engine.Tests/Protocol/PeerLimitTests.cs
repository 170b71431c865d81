using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>How much a peer may ask for before it takes what it asked for.</summary>
public sealed class PeerLimitTests : HeldWires
{
    [Fact]
    public async Task A_peer_that_lets_requests_pile_up_is_cut_off()
    {
        Connection strict = Make(ConnectionRole.Responder, ConnectionOptions.Default with { MaxUnansweredRequests = 3 });
        strict.RequestHandler = (_, ct) => new TaskCompletionSource<JsValue>().Task.WaitAsync(ct);
        Accept(_near.Take(), strict);
        PassAll(strict);
        for (int i = 0; i < 4; i++)
        {
            _ = _initiator.RequestAsync("wait", i);
        }

        PassAll(strict);
        Assert.Equal("ECONNRESET", await _initiator.Closed);
    }

    [Theory]
    [InlineData("\"operation\":\"keepalive\"")]
    [InlineData("\"operation\":\"echo\"")]
    [InlineData("\"operation\":\"echo\",\"validity\":{\"time\":1800000000,\"stamp\":\"STAMP\"}")]
    public void A_peer_that_takes_no_answers_is_cut_off_whatever_it_asks(string payload)
    {
        Connection strict = Make(ConnectionRole.Responder, ConnectionOptions.Default with { MaxUnansweredRequests = 3 });
        strict.RequestHandler = (request, _) => Task.FromResult(request.Data);
        Accept(_near.Take(), strict);
        PassAll(strict);
        string Request(int i) => $"{{\"id\":\"x{i}\",\"type\":\"request\",\"payload\":{{{payload.Replace("STAMP", $"s{i}", StringComparison.Ordinal)}}}}}";
        string Batch(string id, params int[] numbers) =>
            $"{{\"id\":\"{id}\",\"type\":\"batch\",\"payload\":[{string.Join(',', numbers.Select(Request))}],\"dcpsid\":\"{strict.SessionId}\",\"ackToken\":\"{id}\",\"nonce\":\"{_nonce}\"}}";

        strict.Receive(_far, SealedMessage.Seal(Peers.InitiatorKey, Batch("first", 1, 2, 3)));
        _nonce = _far.TakeMessage().Body["nonce"].AsString();
        _post.RunAll();
        Assert.Equal(ConnectionState.Established, strict.State);
        strict.Receive(_far, SealedMessage.Seal(Peers.InitiatorKey, Batch("second", 4)));
        Assert.Equal(ConnectionState.Closing, strict.State);
    }

    [Fact]
    public async Task A_peer_that_takes_the_answers_may_ask_for_ever()
    {
        Connection strict = Make(ConnectionRole.Responder, ConnectionOptions.Default with { MaxUnansweredRequests = 3, MaxUnacknowledgedLength = 100 });
        strict.RequestHandler = (request, _) => Task.FromResult(request.Data);
        Accept(_near.Take(), strict);
        PassAll(strict);
        for (int i = 0; i < 10; i++)
        {
            Task keptAlive = _initiator.KeepaliveAsync();
            _initiator.Notify(i);
            Task<Response> answer = _initiator.RequestAsync("echo", new string('x', 1000));
            PassAll(strict);
            await keptAlive;
            Assert.Equal(1000, (await answer).Payload.AsString()!.Length);
        }

        Assert.Equal(ConnectionState.Established, strict.State);
    }

    [Fact]
    public void A_peer_that_leaves_long_answers_unacknowledged_is_cut_off()
    {
        Connection strict = Make(ConnectionRole.Responder, ConnectionOptions.Default with { MaxUnacknowledgedLength = 1000 });
        strict.RequestHandler = (_, _) => Task.FromResult<JsValue>(new string('x', 600));
        Accept(_near.Take(), strict);
        PassAll(strict);
        for (int i = 1; i <= 3; i++)
        {
            strict.Receive(_far, SealedMessage.Seal(
                Peers.InitiatorKey,
                $"{{\"id\":\"x{i}\",\"type\":\"request\",\"payload\":{{\"operation\":\"echo\",\"validity\":{{\"time\":1800000000,\"stamp\":\"s{i}\"}}}},\"dcpsid\":\"{strict.SessionId}\",\"ackToken\":\"t{i}\",\"nonce\":\"{_nonce}\"}}"));
            string? nonce = null;
            while (nonce is null)
            {
                nonce = _far.TakeMessage().Body["nonce"].AsString() is { } given && given != _nonce ? given : null;
            }

            _nonce = nonce;
            _post.RunAll();
            Assert.Equal(i < 3 ? ConnectionState.Established : ConnectionState.Closing, strict.State);
        }
    }
}
