using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Protocol.Framing;
using DcpWorker.Engine.Protocol.Messages;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol;

/// <content>From the wire to the application.</content>
public sealed partial class Connection
{
    // what the peer has asked whose answer it has not acknowledged; what it makes us hold is bounded by these two
    private int _unanswered;
    private long _answersLength;

    /// <summary>Takes a message from a socket. Whatever it holds, this does not throw.</summary>
    internal void Receive(ITransport transport, string text)
    {
        SealedMessage message;
        try
        {
            message = SealedMessage.Open(text);
        }
        catch (ProtocolException e)
        {
            lock (_gate)
            {
                if (ReferenceEquals(transport, _transport))
                {
                    Fail(e);
                }
            }

            return;
        }

        Receive(transport, message);
    }

    /// <summary>Takes a message whose signature has been checked.</summary>
    internal void Receive(ITransport transport, SealedMessage message)
    {
        lock (_gate)
        {
            if (_state == ConnectionState.Closed || !ReferenceEquals(transport, _transport))
            {
                return;
            }

            try
            {
                _writer.Peer ??= message.Owner;
                if (!_writer.Peer.Equals(message.Owner))
                {
                    throw new ProtocolException("EINVAL", $"A message came from {message.Owner}, but the peer of this connection is {_writer.Peer}.");
                }

                if (message.Body["type"].AsString() == "ack")
                {
                    TakeAck(message.Body);
                }
                else
                {
                    TakeMessage(message);
                }
            }
            catch (ProtocolException e)
            {
                Fail(e);
            }
            catch (SerializationException e)
            {
                Fail(new ProtocolException("EINVAL", e.Message, e));
            }
        }
    }

    private void TakeAck(JsObject ack)
    {
        if (ack["dcpsid"].AsString() is { } session && session != _writer.SessionId)
        {
            throw new ProtocolException("EDCPSID", "An acknowledgement names another session.");
        }

        IReadOnlyList<OutgoingMessage> onDeck = _flow.OnDeck?.Messages ?? [];
        switch (_flow.Acknowledge(ack["token"].AsString() ?? "", ack["nonce"].AsString()))
        {
            case FlowControl.AckKind.Delivered:
                _onDeckSentOver = null;
                _rttTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                foreach (OutgoingResponse response in onDeck.OfType<OutgoingResponse>())
                {
                    Settle(response);
                }

                SendNext();
                break;
            case FlowControl.AckKind.Repeated:
                TransmitOnDeck();
                SendNext();
                break;
            default:
                throw new ProtocolException("EINVAL", "The peer acknowledged what was not sent.");
        }
    }

    private void TakeMessage(SealedMessage message)
    {
        JsObject body = message.Body;
        string id = RequiredString(body, "id");
        if (_flow.IsRepeated(id))
        {
            RepeatAck();
            return;
        }

        if (_writer.SessionId is { } session && body["dcpsid"].AsString() != session)
        {
            throw new ProtocolException("EDCPSID", "A message names another session.");
        }

        string token = RequiredString(body, "ackToken");
        if (!_flow.Accept(id, body["nonce"].AsString()))
        {
            throw new ProtocolException("DCPC-1026", "A message carries a nonce that was not issued for it.");
        }

        SendAck(token, id);
        if (_writer.SessionId is null && body["type"].AsString() is not ("request" or "response"))
        {
            throw new ProtocolException("EINVAL", "A message came before the session was established.");
        }

        if (body["type"].AsString() != "batch")
        {
            Process(body, message.BodyText);
            return;
        }

        if (body["payload"] is not JsArray batch)
        {
            throw new ProtocolException("EINVAL", "A batch without messages came.");
        }

        foreach (JsValue? inner in batch.Items)
        {
            Process(inner as JsObject ?? throw new ProtocolException("EINVAL", "A batch holds something that is no message."), null);
        }
    }

    /// <summary>Processes one message; <paramref name="text"/> is its source unless it came in a batch.</summary>
    private void Process(JsObject body, string? text)
    {
        JsValue payload = body["payload"];
        if (payload is JsObject o && payload["jsonData"].AsString() is { } json)
        {
            o["data"] = JsonReader.Parse(json);
            o.Remove("jsonData");
        }

        switch (body["type"].AsString())
        {
            case "request":
                ProcessRequest(body, payload, text);
                break;
            case "response":
                ProcessResponse(body, payload);
                break;
            case "notification" when _state == ConnectionState.Established:
                ProcessNotification(payload);
                break;
            case "notification":
                break;
            default:
                throw new ProtocolException("EINVAL", "A message of an unknown type came.");
        }
    }

    private void ProcessRequest(JsObject body, JsValue payload, string? text)
    {
        string id = RequiredString(body, "id");
        string operation = RequiredString(payload, "operation");
        if (_writer.SessionId is null && operation is not ("connect" or "close"))
        {
            throw new ProtocolException("EINVAL", $"A request for '{operation}' came before the session was established.");
        }

        switch (operation)
        {
            case "connect" when _role == ConnectionRole.Responder && _writer.SessionId is null:
                AcceptSession(id, payload["data"]);
                break;
            case "connect":
                throw new ProtocolException("DCPC-1321", "The peer asked for a session inside a session.");
            case "close":
                TakeClose(id);
                break;
            case "keepalive":
                TakeOn();
                Respond(new OutgoingResponse(id, true, new JsObject { ["success"] = true }));
                break;
            case var _ when _state == ConnectionState.Established:
                Dispatch(id, operation, body, payload, text);
                break;
            default:
                LogIgnored(Shown(operation), _state);
                break;
        }
    }

    private void Dispatch(string id, string operation, JsObject body, JsValue payload, string? text)
    {
        TakeOn();
        try
        {
            _parts.Validity.Check(payload["validity"], _clock.Now());
        }
        catch (ProtocolException e)
        {
            LogInvalid(Shown(operation), e.Message);
            Respond(new OutgoingResponse(id, false, ErrorPayload(e)));
            return;
        }

        // inside a batch the signed text of a payload cannot be told from the rewritten one: no proof counts there
        IReadOnlyList<Address> authorised = payload["allow"] is JsArray { Items.Count: > 0 } && text is not null
            ? ResourceAuthorisation.Verify(payload, JsonReader.ReadMemberTexts(text)["payload"], body["auth"], IdentityAddress, _writer.Peer!)
            : [];
        IncomingRequest request = new(this, operation, payload["data"], _writer.Peer!, authorised);
        _dispatcher.Post(() => _ = HandleAsync(id, request));
    }

    private async Task HandleAsync(string id, IncomingRequest request)
    {
        OutgoingResponse response;
        try
        {
            JsValue payload = RequestHandler is { } handler
                ? await handler(request, _lifetimeToken).ConfigureAwait(false)
                : throw new ProtocolException("EINVAL", $"Unknown operation '{request.Operation}'.");
            response = new OutgoingResponse(id, true, payload);
        }
        catch (OperationCanceledException) when (_lifetimeToken.IsCancellationRequested)
        {
            return;
        }
        catch (DcpException e)
        {
            response = new OutgoingResponse(id, false, ErrorPayload(e));
        }
        catch (Exception e)
        {
            LogHandlerFault(e, Shown(request.Operation));
            ProtocolException error = new("DCPC-1024", $"'{request.Operation}' failed because of a fault on this side.");
            response = new OutgoingResponse(id, false, ErrorPayload(error));
        }

        lock (_gate)
        {
            Respond(response);
        }
    }

    private JsObject ErrorPayload(DcpException error) => new()
    {
        ["message"] = error.Message,
        ["name"] = "DCPError",
        ["code"] = error.Code,
        ["origin"] = IdentityAddress.ToString(),
    };

    /// <summary>Counts a request, or what is as much work, until it is settled.</summary>
    /// <exception cref="ProtocolException">There are too many.</exception>
    private void TakeOn()
    {
        if (_unanswered >= _options.MaxUnansweredRequests)
        {
            throw new ProtocolException("EINVAL", $"The peer has {_unanswered} requests unanswered, or does not take the answers.");
        }

        _unanswered++;
    }

    /// <summary>Forgets a request: its answer has arrived, or there will be none.</summary>
    private void Settle(OutgoingResponse response)
    {
        _unanswered--;
        _answersLength -= response.Length;
    }

    /// <summary>Answers a request that has been taken on.</summary>
    private void Respond(OutgoingResponse response, bool first = false)
    {
        if (_state == ConnectionState.Closed)
        {
            return;
        }

        // what waits already, so that one long answer can always be given
        if (_answersLength > _options.MaxUnacknowledgedLength)
        {
            Fail(new ProtocolException("EINVAL", $"The peer does not take {_answersLength} characters of answers."));
            return;
        }

        _answersLength += response.Length;
        _ = first ? _queue.AddFirst(response) : _queue.AddLast(response);
        SchedulePump();
    }

    /// <summary>An operation as logs show it: its name is what the peer wrote.</summary>
    private static string Shown(string operation) => LogText.OneLine(operation, most: 100);

    private void ProcessNotification(JsValue payload)
    {
        try
        {
            _parts.Validity.Check(payload["validity"], _clock.Now());
        }
        catch (ProtocolException e)
        {
            LogInvalid("notification", e.Message);
            return;
        }

        TakeOn();
        _dispatcher.Post(() =>
        {
            try
            {
                NotificationHandler?.Invoke(payload["data"]);
            }
            catch (Exception e)
            {
                LogHandlerFault(e, "notification");
            }

            lock (_gate)
            {
                _unanswered--;
            }
        });
    }

    private void ProcessResponse(JsObject body, JsValue payload)
    {
        if (_role == ConnectionRole.Initiator && body["time"].AsNumber() is { } time)
        {
            _clock.Follow(time);
        }

        if (!_awaiting.Remove(RequiredString(body, "id"), out OutgoingRequest? request))
        {
            // given up by whoever asked
            return;
        }

        Response response = new(body["success"].AsBoolean() ?? false, payload);
        if (ReferenceEquals(request, _connectRequest))
        {
            AdoptSession(body["dcpsid"].AsString(), response);
        }

        request.Answer.TrySetResult(response);
        if (ReferenceEquals(request, _closeRequest))
        {
            Finish();
        }
    }

    private static string RequiredString(JsValue value, string member) =>
        value[member].AsString() ?? throw new ProtocolException("EINVAL", $"A message came without '{member}'.");
}
