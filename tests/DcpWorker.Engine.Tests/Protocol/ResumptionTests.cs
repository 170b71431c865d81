using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>What becomes of a session, and of what is said in it, when sockets and messages are lost.</summary>
public sealed class ResumptionTests : HeldWires
{
    [Fact]
    public async Task A_request_lost_with_the_socket_is_sent_again()
    {
        PassAll();
        Task<Response> answer = _initiator.RequestAsync("echo", 1);
        _post.RunAll();
        Assert.Equal("echo", _near.TakeMessage().Body["payload"]["operation"].AsString());
        Cut();
        PassAll();
        Assert.Equal(1, (await answer).Payload.AsInt32());
        Assert.Equal(1, _handled);
    }

    [Fact]
    public async Task A_request_whose_acknowledgement_was_lost_is_not_handled_twice()
    {
        PassAll();
        Task<Response> answer = _initiator.RequestAsync("echo", 1);
        _post.RunAll();
        _responder.Receive(_far, _near.Take());
        Cut();
        _post.RunAll();
        PassAll();
        Assert.Equal(1, (await answer).Payload.AsInt32());
        Assert.Equal(1, _handled);
    }

    [Fact]
    public async Task A_response_lost_with_the_socket_is_sent_again()
    {
        PassAll();
        Task<Response> answer = _initiator.RequestAsync("echo", 1);
        _post.RunAll();
        _responder.Receive(_far, _near.Take());
        _post.RunAll();
        Assert.Equal(2, _far.Count);
        _initiator.Receive(_near, _far.Take());
        Cut();
        PassAll();
        Assert.Equal(1, (await answer).Payload.AsInt32());
        Assert.Equal(1, _handled);
    }

    [Fact]
    public async Task A_response_whose_acknowledgement_was_lost_is_taken_once()
    {
        PassAll();
        Task<Response> answer = _initiator.RequestAsync("echo", 1);
        _post.RunAll();
        _responder.Receive(_far, _near.Take());
        _post.RunAll();
        _initiator.Receive(_near, _far.Take());
        _initiator.Receive(_near, _far.Take());
        Assert.Equal(1, (await answer).Payload.AsInt32());
        Cut();
        PassAll();
        Task<Response> next = _initiator.RequestAsync("echo", 2);
        PassAll();
        Assert.Equal(2, (await next).Payload.AsInt32());
    }

    [Fact]
    public async Task A_session_whose_socket_goes_right_after_it_was_established_is_resumed()
    {
        // connect request, its acknowledgement and the response arrive; the acknowledgement of the response does not
        Accept(_near.Take());
        _initiator.Receive(_near, _far.Take());
        _initiator.Receive(_near, _far.Take());
        Assert.Equal(1, _near.Count);
        Assert.Equal(ConnectionState.Established, _initiator.State);
        Cut(reattach: false);
        SealedMessage repeated = SealedMessage.Open(_near.Take());
        Assert.Equal(_initiator.SessionId, repeated.Body["dcpsid"].AsString());
        _responder.Reattach(_far, repeated);
        PassAll();
        Task<Response> answer = _initiator.RequestAsync("echo", 3);
        PassAll();
        Assert.Equal(3, (await answer).Payload.AsInt32());
    }

    [Fact]
    public void A_connect_request_lost_with_the_socket_is_made_anew()
    {
        string first = _near.TakeMessage().Body["payload"]["data"]["sid"].AsString()!;
        _initiator.Detach(_near);
        _near = new RecordingTransport();
        _initiator.Open(_near);
        SealedMessage second = _near.TakeMessage();
        Assert.Equal("connect", second.Body["payload"]["operation"].AsString());
        Assert.NotEqual(first, second.Body["payload"]["data"]["sid"].AsString());
        Assert.Equal("null", JsonWriter.Write(second.Body["nonce"]));
        Assert.Equal(0, _near.Count);
    }

    [Fact]
    public void A_message_received_twice_is_acknowledged_with_the_same_words()
    {
        PassAll();
        _ = _initiator.RequestAsync("echo", 1);
        _post.RunAll();
        string request = _near.Take();
        _responder.Receive(_far, request);
        string ack = _far.Take();
        _post.RunAll();
        _far.Take();
        _responder.Receive(_far, request);
        Assert.Equal(ack, _far.Take());
        Assert.Equal(1, _handled);
    }

    [Fact]
    public void A_message_unacknowledged_for_too_long_costs_the_socket()
    {
        PassAll();
        _ = _initiator.RequestAsync("echo", 1);
        _post.RunAll();
        _time.Advance(TimeSpan.FromSeconds(119));
        Assert.False(_near.IsAborted);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_near.IsAborted);
    }

    [Fact]
    public async Task A_responder_keeps_a_session_for_its_linger_time_and_no_longer()
    {
        PassAll();
        _responder.Detach(_far);
        Assert.Equal(ConnectionState.Disconnected, _responder.State);
        _time.Advance(TimeSpan.FromSeconds(7299));
        Assert.Equal(ConnectionState.Disconnected, _responder.State);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("ETIMEDOUT", await _responder.Closed);
    }

    [Fact]
    public async Task A_request_without_an_answer_times_out_and_a_late_answer_is_ignored()
    {
        PassAll();
        Task<Response> answer = _initiator.RequestAsync("echo", 1, new RequestOptions { Timeout = TimeSpan.FromSeconds(5) });
        _post.RunAll();
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("ETIMEDOUT", (await Assert.ThrowsAsync<ProtocolException>(() => answer)).Code);
        PassAll();
        Task<Response> next = _initiator.RequestAsync("echo", 2);
        PassAll();
        Assert.Equal(2, (await next).Payload.AsInt32());
    }

    [Fact]
    public async Task A_closer_waits_for_the_goodbye_only_so_long()
    {
        PassAll();
        Task closing = _initiator.CloseAsync();
        _post.RunAll();
        Assert.Equal("close", _near.TakeMessage().Body["payload"]["operation"].AsString());
        Assert.Equal(ConnectionState.Closing, _initiator.State);
        _time.Advance(TimeSpan.FromSeconds(8));
        await closing;
        Assert.Equal(ConnectionState.Closed, _initiator.State);
        Assert.True(_near.IsClosed);
    }

    [Fact]
    public async Task A_peer_that_comes_back_while_its_session_is_being_closed_does_not_prolong_that()
    {
        PassAll();
        Task closing = _responder.CloseAsync();
        Cut(isNoticed: false);
        Assert.Equal(ConnectionState.Closing, _responder.State);
        _time.Advance(TimeSpan.FromSeconds(8));
        await closing.WaitAsync(Peers.Patience);
        Assert.True(_far.IsClosed);
    }

    [Fact]
    public async Task An_initiator_that_gets_no_session_gives_up()
    {
        Task connecting = _initiator.ConnectAsync(CancellationToken.None);
        Connection silent = Make(ConnectionRole.Initiator);
        Task waiting = silent.ConnectAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("ETIMEDOUT", (await Assert.ThrowsAsync<ProtocolException>(() => waiting)).Code);
        Assert.False(connecting.IsCompleted);
    }

    [Fact]
    public async Task What_the_peer_sends_in_the_wrong_place_is_never_handled()
    {
        // a request before the session
        _initiator.Receive(_near, SealedMessage.Seal(Peers.TargetKey, "{\"id\":\"1\",\"type\":\"request\",\"payload\":{\"operation\":\"event\"},\"ackToken\":\"t\",\"nonce\":null}"));
        Assert.Equal("EINVAL", await _initiator.Closed);
    }

    [Theory]
    [InlineData("{\"time\":1799990000,\"ttl\":120,\"stamp\":\"a\"}", "EEXPIRED")]
    [InlineData("{\"time\":1800010000,\"ttl\":120,\"stamp\":\"b\"}", "ETIMETRAVEL")]
    [InlineData("{}", "EINVAL")]
    public void A_request_that_is_not_valid_is_answered_with_the_reason_and_the_session_stays(string validity, string code)
    {
        PassAll();
        _responder.Receive(_far, SealedMessage.Seal(
            Peers.InitiatorKey,
            $"{{\"id\":\"x\",\"type\":\"request\",\"payload\":{{\"operation\":\"echo\",\"validity\":{validity}}},\"dcpsid\":\"{_responder.SessionId}\",\"ackToken\":\"t\",\"nonce\":\"{_nonce}\"}}"));
        _post.RunAll();
        _far.Take();
        JsObject response = _far.TakeMessage().Body;
        Assert.Equal((false, code), (response["success"].AsBoolean(), response["payload"]["code"].AsString()));
        Assert.Equal(0, _handled);
        Assert.Equal(ConnectionState.Established, _responder.State);
    }

    [Fact]
    public async Task A_message_of_another_owner_ends_the_session()
    {
        PassAll();
        string body = $"{{\"id\":\"x\",\"type\":\"request\",\"payload\":{{\"operation\":\"echo\"}},\"dcpsid\":\"{_responder.SessionId}\",\"ackToken\":\"t\",\"nonce\":\"{_nonce}\"}}";
        _responder.Receive(_far, SealedMessage.Seal(PrivateKey.Create(), body));
        Assert.Equal(0, _handled);
        PassAll();
        Assert.Equal("EINVAL", await _responder.Closed);
        Assert.Equal("ECONNRESET", await _initiator.Closed);
    }

    [Fact]
    public async Task A_machine_whose_clock_is_wrong_by_a_day_takes_part_by_the_clock_of_its_peer()
    {
        FakeTimeProvider wrong = new(_time.GetUtcNow() + TimeSpan.FromDays(1));
        Connection late = Make(ConnectionRole.Initiator, time: wrong);
        late.Open(_near = new RecordingTransport());
        Accept(_near.Take());
        foreach (int _ in Enumerable.Range(0, 2))
        {
            late.Receive(_near, _far.Take());
        }

        _responder.Receive(_far, _near.Take());
        Task<Response> answer = late.RequestAsync("echo", 5);
        _post.RunAll();
        _responder.Receive(_far, _near.Take());
        _post.RunAll();
        late.Receive(_near, _far.Take());
        late.Receive(_near, _far.Take());
        Assert.Equal((true, 5), ((await answer).Success, (await answer).Payload.AsInt32()));
    }

    [Fact]
    public void A_request_replayed_with_the_stamp_of_an_earlier_one_is_refused()
    {
        PassAll();
        string? first = null;
        for (int i = 0; i < 2; i++)
        {
            _responder.Receive(_far, SealedMessage.Seal(
                Peers.InitiatorKey,
                $"{{\"id\":\"x{i}\",\"type\":\"request\",\"payload\":{{\"operation\":\"echo\",\"data\":1,\"validity\":{{\"time\":1800000000,\"stamp\":\"same\"}}}},\"dcpsid\":\"{_responder.SessionId}\",\"ackToken\":\"t{i}\",\"nonce\":\"{_nonce}\"}}"));
            _nonce = _far.TakeMessage().Body["nonce"].AsString();
            _post.RunAll();
            if (i == 0)
            {
                JsObject response = _far.TakeMessage().Body;
                Assert.True(response["success"].AsBoolean());
                first = response["ackToken"].AsString();
                _responder.Receive(_far, SealedMessage.Seal(Peers.InitiatorKey, $"{{\"type\":\"ack\",\"dcpsid\":\"{_responder.SessionId}\",\"token\":\"{first}\",\"nonce\":\"n\",\"messageId\":\"x0\"}}"));
            }
        }

        Assert.Equal("EDUP", _far.TakeMessage().Body["payload"]["code"].AsString());
        Assert.Equal(1, _handled);
    }

    [Fact]
    public void A_session_that_is_asked_for_inside_a_session_ends_it()
    {
        PassAll();
        _responder.Receive(_far, SealedMessage.Seal(
            Peers.InitiatorKey,
            $"{{\"id\":\"x\",\"type\":\"request\",\"payload\":{{\"operation\":\"connect\"}},\"dcpsid\":\"{_responder.SessionId}\",\"ackToken\":\"t\",\"nonce\":\"{_nonce}\"}}"));
        Assert.Equal(ConnectionState.Closing, _responder.State);
        _far.Take();
        Assert.Equal("DCPC-1321", _far.TakeMessage().Body["payload"]["data"].AsString());
    }

    [Fact]
    public async Task An_authorised_request_never_shares_a_batch()
    {
        PassAll();
        IncomingRequest? paid = null;
        _responder.RequestHandler = (request, _) =>
        {
            paid = request.Operation == "pay" ? request : paid;
            return Task.FromResult(request.Data);
        };
        Task<Response>[] answers =
        [
            _initiator.RequestAsync("echo", 1),
            _initiator.RequestAsync("echo", 2),
            _initiator.RequestAsync("pay", 3, new RequestOptions { AuthoriseWith = [Peers.TargetKey] }),
            _initiator.RequestAsync("echo", 4),
        ];
        PassAll();
        Response[] responses = await Task.WhenAll(answers);
        Assert.Equal([1, 2, 3, 4], responses.Select(r => r.Payload.AsInt32()!.Value));
        Assert.Equal([Peers.TargetKey.Address], paid!.AuthorisedBy);
    }

    [Fact]
    public async Task Data_that_depends_on_the_session_are_built_for_it()
    {
        Task<Response> answer = _initiator.RequestAsync("echo", JsValue.Undefined, new RequestOptions { DataForSession = id => "of " + id });
        PassAll();
        Assert.Equal("of " + _initiator.SessionId, (await answer).Payload.AsString());
    }

    [Fact]
    public async Task A_message_that_cannot_be_written_fails_alone()
    {
        PassAll();
        Task<Response> good = _initiator.RequestAsync("echo", 1);
        Task<Response> bad = _initiator.RequestAsync("echo", 2, new RequestOptions { DataForSession = _ => throw new InvalidOperationException("no data") });
        Task<Response> better = _initiator.RequestAsync("echo", 3);
        PassAll();
        Assert.Equal(1, (await good).Payload.AsInt32());
        Assert.Equal(3, (await better).Payload.AsInt32());
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
    }
}
