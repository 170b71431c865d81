using DcpWorker.Engine.Protocol.Messages;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol;

/// <content>What the application asks of the peer.</content>
public sealed partial class Connection
{
    /// <summary>
    /// Sends a request and waits for the response. Requests queue without waiting for one another, and those that gather
    /// while an earlier one is on its way travel together.
    /// </summary>
    /// <param name="operation">What is asked, with its version suffix if it has one.</param>
    /// <param name="data">The data; undefined for none.</param>
    /// <param name="options">How to send it.</param>
    /// <param name="ct">Gives up waiting; a request that has been sent cannot be taken back.</param>
    /// <exception cref="ProtocolException">
    /// <c>ETIMEDOUT</c>: no response in time. With <see cref="ProtocolException.IsConnectionFailure"/>: the code the connection closed with.
    /// </exception>
    /// <exception cref="SerializationException">The data cannot be written as JSON.</exception>
    public async Task<Response> RequestAsync(string operation, JsValue data, RequestOptions? options = null, CancellationToken ct = default)
    {
        options ??= RequestOptions.Default;
        string? text = data is JsUndefined || options.DataForSession is not null ? null : JsonWriter.Write(data);
        OutgoingRequest request = new(_parts.Identifiers.MessageId(), _parts.Identifiers.Stamp(), operation, text, options);
        Enqueue(request);
        return await AnswerAsync(request, ct).ConfigureAwait(false);
    }

    /// <summary>Sends a notification: nothing is answered, and nothing tells when it has arrived.</summary>
    /// <exception cref="ProtocolException">The connection is closed.</exception>
    public void Notify(JsValue data) =>
        Enqueue(new OutgoingRequest(_parts.Identifiers.MessageId(), _parts.Identifiers.Stamp(), null, JsonWriter.Write(data), RequestOptions.Default));

    /// <summary>Makes sure that the peer is there.</summary>
    /// <exception cref="ProtocolException">It is not.</exception>
    public Task KeepaliveAsync(CancellationToken ct = default) => RequestAsync("keepalive", JsValue.Undefined, null, ct);

    private async Task<Response> AnswerAsync(OutgoingRequest request, CancellationToken ct)
    {
        TimeSpan timeout = request.Options.Timeout ?? _options.RequestTimeout;
        try
        {
            return await request.Answer.Task.WaitAsync(timeout, _time, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Forget(request);
            throw new ProtocolException("ETIMEDOUT", $"No response to '{request.Operation}' from {_service?.ToString() ?? "the peer"} within {timeout.TotalSeconds} s.");
        }
        catch (OperationCanceledException)
        {
            Forget(request);
            throw;
        }
    }

    private void Enqueue(OutgoingRequest request)
    {
        lock (_gate)
        {
            if (_state >= ConnectionState.Closing)
            {
                throw CloseError();
            }

            _queue.AddLast(request);
            if (request.Operation is not null)
            {
                _awaiting[request.Id] = request;
            }

            if (_state == ConnectionState.Initial && _role == ConnectionRole.Initiator)
            {
                StartConnecting();
            }

            SchedulePump();
        }
    }

    private void Forget(OutgoingRequest request)
    {
        lock (_gate)
        {
            _awaiting.Remove(request.Id);
            _queue.Remove(request);
        }
    }
}
