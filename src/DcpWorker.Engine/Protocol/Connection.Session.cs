using DcpWorker.Engine.Protocol.Framing;
using DcpWorker.Engine.Protocol.Messages;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol;

/// <content>Getting a session, losing its socket, and getting it back.</content>
public sealed partial class Connection
{
    private OutgoingRequest? _connectRequest;
    private string? _proposedHalf;

    /// <summary>Initiator: takes a socket that is open, to ask for a session or to resume the one there is.</summary>
    internal void Open(ITransport transport)
    {
        lock (_gate)
        {
            if (_state == ConnectionState.Closed)
            {
                transport.Close();
                return;
            }

            _transport = transport;
            _state = _state == ConnectionState.Initial ? ConnectionState.Connecting : _state;
            if (_writer.SessionId is not null)
            {
                Resume();
                return;
            }

            // whatever went before over another socket was of no session
            _flow = new FlowControl();
            _onDeckSentOver = null;
            if (_connectRequest is not null)
            {
                _awaiting.Remove(_connectRequest.Id);
                _queue.Remove(_connectRequest);
            }

            _proposedHalf = _parts.Identifiers.SessionHalf();
            string data = JsonWriter.Write(new JsObject { ["version"] = ProtocolVersion.Current, ["sid"] = _proposedHalf });
            _connectRequest = new OutgoingRequest(_parts.Identifiers.MessageId(), _parts.Identifiers.Stamp(), "connect", data, RequestOptions.Default);
            _awaiting[_connectRequest.Id] = _connectRequest;
            _queue.AddFirst(_connectRequest);
            SendNext();
        }
    }

    /// <summary>Responder: takes the socket of a new peer and its first message.</summary>
    internal void Accept(ITransport transport, SealedMessage first)
    {
        lock (_gate)
        {
            (_state, _transport) = (ConnectionState.Connecting, transport);
            Receive(transport, first);
        }
    }

    /// <summary>Responder: takes another socket of the same peer and its first message.</summary>
    internal void Reattach(ITransport transport, SealedMessage first)
    {
        lock (_gate)
        {
            if (_state == ConnectionState.Closed)
            {
                transport.Close();
                return;
            }

            ITransport? old = _transport;
            _transport = transport;
            old?.Abort();
            if (_state == ConnectionState.Disconnected)
            {
                // while closing it bounds the wait for the goodbye, which no further socket may prolong
                _lifeTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            Resume(() => Receive(transport, first));
        }
    }

    /// <summary>The socket has ended.</summary>
    internal void Detach(ITransport transport)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(transport, _transport) || _state == ConnectionState.Closed)
            {
                return;
            }

            _transport = null;
            _rttTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            switch (_state)
            {
                case ConnectionState.Closing:
                    Finish();
                    break;
                case ConnectionState.Established:
                    LogDisconnected(_writer.SessionId);
                    _state = ConnectionState.Disconnected;
                    if (_role == ConnectionRole.Initiator)
                    {
                        StartConnecting();
                    }
                    else
                    {
                        _lifeTimer.Change(_options.LingerTimeout, Timeout.InfiniteTimeSpan);
                    }

                    break;
                default:
                    if (_role == ConnectionRole.Initiator)
                    {
                        StartConnecting();
                    }
                    else
                    {
                        End("ECONNRESET", "The peer left before a session was established.", tellPeer: false);
                    }

                    break;
            }
        }
    }

    private void Resume(Action? receiveFirst = null)
    {
        if (_state is ConnectionState.Disconnected or ConnectionState.Connecting)
        {
            _state = ConnectionState.Established;
        }

        // the peer compares with what it has on deck, and sends that again if it did not arrive
        RepeatAck();
        receiveFirst?.Invoke();
        if (_state == ConnectionState.Established)
        {
            LogResumed(_writer.SessionId);
            _parts.Backoff.Reset();
            OutgoingRequest keepalive = new(_parts.Identifiers.MessageId(), _parts.Identifiers.Stamp(), "keepalive", null, RequestOptions.Default);
            _awaiting[keepalive.Id] = keepalive;
            _queue.AddLast(keepalive);
        }

        SendNext();
    }

    private void AcceptSession(string requestId, JsValue data)
    {
        string half = RequiredString(data, "sid");
        if (half.Length is 0 or > 100)
        {
            throw new ProtocolException("EINVAL", "The peer proposes a session id of unusable length.");
        }

        bool compatible = ProtocolVersion.IsCompatible(data["version"].AsString());
        _writer.SessionId = half + _parts.Identifiers.SessionHalf();
        JsObject payload = compatible
            ? new() { ["version"] = ProtocolVersion.Current, ["operation"] = "connect" }
            : new() { ["message"] = ProtocolVersion.Range, ["code"] = "EVERSION" };
        TakeOn();
        Respond(new OutgoingResponse(requestId, compatible, payload) { MayBeBatched = false }, first: true);
        SendNext();
        if (compatible)
        {
            _state = ConnectionState.Established;
            _established.TrySetResult();
        }
        else
        {
            End("EVERSION", $"The peer speaks version {data["version"].AsString()}; {ProtocolVersion.Range} is needed.", tellPeer: false);
        }
    }

    private void AdoptSession(string? sessionId, Response response)
    {
        if (!response.Success)
        {
            throw new ProtocolException(
                response.Payload["code"].AsString() ?? "EVERSION",
                $"{_service} refused the session: {response.Payload["message"].AsString() ?? "no reason given"} (we speak version {ProtocolVersion.Current}).");
        }

        if (response.Payload["version"].AsString() is { } version && !ProtocolVersion.IsCompatible(version))
        {
            throw new ProtocolException("EVERSION", $"{_service} speaks version {version}; {ProtocolVersion.Range} is needed.");
        }

        if (sessionId is null || !sessionId.StartsWith(_proposedHalf!, StringComparison.Ordinal))
        {
            throw new ProtocolException("EDCPSID", $"{_service} answered with a session id that does not begin as proposed.");
        }

        _parts.Identities?.Learn(_service!, _writer.Peer!);
        _writer.SessionId = sessionId;
        _lifeTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _parts.Backoff.Reset();
        _state = _state == ConnectionState.Connecting ? ConnectionState.Established : _state;
        _established.TrySetResult();
        SchedulePump();
    }
}
