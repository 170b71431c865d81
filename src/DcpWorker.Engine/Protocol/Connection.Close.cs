using DcpWorker.Engine.Protocol.Messages;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol;

/// <content>The end of a connection.</content>
public sealed partial class Connection
{
    private OutgoingRequest? _closeRequest;

    /// <summary>
    /// Closes the session: tells the peer, waits for its goodbye at most <see cref="ConnectionOptions.CloseTimeout"/>, and fails what is
    /// still pending. Does nothing when closed already.
    /// </summary>
    /// <param name="code">The reason, as the peer shall see it.</param>
    /// <param name="ct">Gives up waiting; the closing goes on.</param>
    public Task CloseAsync(string code = "EPIPE", CancellationToken ct = default)
    {
        lock (_gate)
        {
            End(code, "The connection was closed on this side.", tellPeer: true);
        }

        return Closed.WaitAsync(ct);
    }

    /// <summary>Closes, and waits for the end of it.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _lifetime.Dispose();
    }

    /// <summary>Ends the connection without a word to the peer.</summary>
    internal void Drop(string code, string reason)
    {
        lock (_gate)
        {
            End(code, reason, tellPeer: false);
        }
    }

    private void Fail(ProtocolException error)
    {
        if (_state < ConnectionState.Closing)
        {
            LogFailed(_writer.Peer?.ToString() ?? "unknown", error.Code, error.Message);
        }

        End(error.Code, error.Message, tellPeer: true);
    }

    private void End(string code, string reason, bool tellPeer)
    {
        if (_state >= ConnectionState.Closing)
        {
            return;
        }

        (_state, _closeCode, _closeReason) = (ConnectionState.Closing, code, reason);
        LinkedListNode<OutgoingMessage>? next;
        for (LinkedListNode<OutgoingMessage>? node = _queue.First; node is not null; node = next)
        {
            next = node.Next;
            if (node.Value is OutgoingRequest request)
            {
                _queue.Remove(node);
                _awaiting.Remove(request.Id);
                request.Answer.TrySetException(CloseError());
            }
        }

        bool reachable = _writer.SessionId is not null && (_transport is not null || _role == ConnectionRole.Initiator);
        if (!tellPeer || !reachable)
        {
            Finish();
            return;
        }

        _closeRequest = new OutgoingRequest(_parts.Identifiers.MessageId(), _parts.Identifiers.Stamp(), "close", JsonWriter.Write(code), RequestOptions.Default);
        _awaiting[_closeRequest.Id] = _closeRequest;
        _queue.AddLast(_closeRequest);
        _lifeTimer.Change(_options.CloseTimeout, Timeout.InfiniteTimeSpan);
        SendNext();
    }

    private void TakeClose(string requestId)
    {
        if (_state < ConnectionState.Closing && _flow.MaySend)
        {
            _queue.AddFirst(new OutgoingResponse(requestId, true, "goodbye") { MayBeBatched = false });
            SendNext();
        }

        End("ECONNRESET", "The peer closed the connection.", tellPeer: false);
        Finish();
    }

    private void Finish()
    {
        if (_state == ConnectionState.Closed)
        {
            return;
        }

        _state = ConnectionState.Closed;
        _transport?.Close();
        _transport = null;
        _rttTimer.Dispose();
        _pumpTimer.Dispose();
        _lifeTimer.Dispose();
        foreach (OutgoingRequest request in _awaiting.Values)
        {
            request.Answer.TrySetException(CloseError());
        }

        _awaiting.Clear();
        _queue.Clear();
        _established.TrySetException(CloseError());
        _closed.TrySetResult(_closeCode);

        // handlers that listen to the token must not run inside the gate
        _ = _lifetime.CancelAsync();
        LogClosed(_writer.SessionId, _closeCode, _closeReason);
    }

    private void OnLifeTimer()
    {
        lock (_gate)
        {
            switch (_state)
            {
                case ConnectionState.Closing:
                    Finish();
                    break;
                case ConnectionState.Connecting:
                    End("ETIMEDOUT", $"No session with {_service} within {_options.ConnectTimeout.TotalSeconds} s.{LastFailure()}", tellPeer: false);
                    break;
                case ConnectionState.Disconnected when _role == ConnectionRole.Initiator:
                    End("ETIMEDOUT", $"The session with {_service} could not be resumed within {_options.ReconnectTimeout.TotalSeconds} s.{LastFailure()}", tellPeer: false);
                    break;
                case ConnectionState.Disconnected:
                    End("ETIMEDOUT", "The peer did not come back to its session.", tellPeer: false);
                    break;
                default:
                    break;
            }
        }
    }

    private ProtocolException CloseError() => new(_closeCode, _closeReason ?? "The connection is closed.") { IsConnectionFailure = true };
}
