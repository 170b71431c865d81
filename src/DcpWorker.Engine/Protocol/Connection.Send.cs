using DcpWorker.Engine.Protocol.Messages;
using DcpWorker.Engine.Protocol.Sealing;

namespace DcpWorker.Engine.Protocol;

/// <content>From the queue to the wire. All of it runs inside the gate.</content>
public sealed partial class Connection
{
    private object? _onDeckSentOver;
    private bool _pumpDue;

    private void SchedulePump()
    {
        if (_pumpDue || _queue.First is not { } head || !_flow.MaySend || _transport is null)
        {
            return;
        }

        _pumpDue = true;
        bool waits = _options.AllowBatch && _options.BatchDelay > TimeSpan.Zero && _state == ConnectionState.Established
            && head.Value is OutgoingRequest { MayBeBatched: true };
        if (waits)
        {
            _pumpTimer.Change(_options.BatchDelay, Timeout.InfiniteTimeSpan);
        }
        else
        {
            // not at once: who sends several in a row gets to queue some of them before the first leaves
            _parts.Post(_pump);
        }
    }

    private void Pump()
    {
        lock (_gate)
        {
            _pumpDue = false;
            SendNext();
        }
    }

    /// <summary>Puts the next message, or batch, on deck and sends it, if a message may be sent now.</summary>
    private void SendNext()
    {
        while (_state != ConnectionState.Closed && _transport is not null && _flow.MaySend && NextSendable() is { } head)
        {
            _queue.Remove(head);
            List<OutgoingMessage> messages = [head.Value];
            if (head.Value.MayBeBatched && _options.AllowBatch)
            {
                Gather(messages);
            }

            if (TryPutOnDeck(messages))
            {
                TransmitOnDeck();
            }
        }
    }

    /// <summary>Before there is a session only its establishment travels.</summary>
    private LinkedListNode<OutgoingMessage>? NextSendable()
    {
        LinkedListNode<OutgoingMessage>? node = _queue.First;
        while (node is not null && _writer.SessionId is null && node.Value is not (OutgoingResponse or OutgoingRequest { IsPrivileged: true }))
        {
            node = node.Next;
        }

        return node;
    }

    private void Gather(List<OutgoingMessage> messages)
    {
        long length = messages[0].Length;
        while (_queue.First?.Value is { MayBeBatched: true } next && messages.Count < _options.MaxMessagesPerBatch && length < _options.MaxBatchLength)
        {
            _queue.RemoveFirst();
            messages.Add(next);
            length += next.Length;
        }
    }

    private bool TryPutOnDeck(List<OutgoingMessage> messages)
    {
        string token = _parts.Identifiers.AckToken(_role);
        try
        {
            string body = messages.Count == 1
                ? _writer.Body(messages[0], token, _flow.Licence)
                : _writer.Batch(_parts.Identifiers.MessageId(), messages, token, _flow.Licence);
            _flow.PutOnDeck(new MessageOnDeck(SealedMessage.Seal(_identity, body), token, messages));
            return true;
        }
        catch (Exception e) when (messages.Count > 1)
        {
            // one of them cannot be written: each by itself, so that only that one fails
            LogBatchFailed(e.Message);
            foreach (OutgoingMessage message in Enumerable.Reverse(messages))
            {
                message.MayBeBatched = false;
                _queue.AddFirst(message);
            }
        }
        catch (Exception e)
        {
            LogMessageFailed(e);
            if (messages[0] is OutgoingRequest request)
            {
                _awaiting.Remove(request.Id);
                request.Answer.TrySetException(e);
            }
            else
            {
                Settle((OutgoingResponse)messages[0]);
            }
        }

        return false;
    }

    private void TransmitOnDeck()
    {
        // a socket delivers what it was given, or ends: sending twice over the same one helps nobody
        if (_flow.OnDeck is { } onDeck && _transport is { } transport && !ReferenceEquals(_onDeckSentOver, transport))
        {
            _onDeckSentOver = transport;
            transport.Send(onDeck.Sealed);
            _rttTimer.Change(_options.MaxRtt, Timeout.InfiniteTimeSpan);
        }
    }

    private void SendAck(string token, string messageId)
    {
        string nonce = _parts.Identifiers.Nonce(_role);
        string sealedAck = SealedMessage.Seal(_identity, MessageWriter.Ack(_writer.SessionId, token, nonce, messageId));
        _flow.LastAck = new SentAck(sealedAck, _writer.SessionId is not null, token, nonce, messageId);
        _flow.Issue(nonce);
        _transport?.Send(sealedAck);
    }

    private void RepeatAck()
    {
        if (_flow.LastAck is not { } ack)
        {
            return;
        }

        if (!ack.HasSession && _writer.SessionId is { } session)
        {
            // the acknowledgement that established the session did not name it yet, and the peer could not tell whose it is
            ack = ack with
            {
                Sealed = SealedMessage.Seal(_identity, MessageWriter.Ack(session, ack.Token, ack.Nonce, ack.MessageId)),
                HasSession = true,
            };
            _flow.LastAck = ack;
        }

        _transport?.Send(ack.Sealed);
    }

    private void OnRttExceeded()
    {
        lock (_gate)
        {
            if (_flow.OnDeck is not null && _transport is { } transport)
            {
                LogRttExceeded(_options.MaxRtt);
                transport.Abort();
            }
        }
    }
}
