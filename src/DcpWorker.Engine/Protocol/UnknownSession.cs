using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol.Framing;
using DcpWorker.Engine.Protocol.Messages;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol;

/// <summary>
/// Tells a peer that the session it wants to resume does not exist, with a signed close request: the nonce in the
/// peer's own acknowledgement licenses exactly that. Without it the peer would try for hours.
/// </summary>
internal sealed class UnknownSession
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly PrivateKey _identity;
    private readonly ITransport _transport;
    private readonly string _sessionId;
    private readonly ConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly IdentifierSource _identifiers = new();
    private string? _nonce;
    private string? _token;

    /// <summary>The pause begins now.</summary>
    public UnknownSession(PrivateKey identity, ITransport transport, string sessionId, ConnectionOptions options, TimeProvider time)
    {
        (_identity, _transport, _sessionId, _options, _time) = (identity, transport, sessionId, options, time);
        TimeSpan pause = options.UnknownSessionDelay * (0.75 + (Random.Shared.NextDouble() / 2));
        _timer = time.CreateTimer(_ => OnTimer(), null, pause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes what the peer sends: its acknowledgements are of interest, nothing else.</summary>
    public void Receive(SealedMessage message)
    {
        lock (_timer)
        {
            if (message.Body["type"].AsString() != "ack")
            {
                return;
            }

            if (_token is null)
            {
                _nonce = message.Body["nonce"].AsString();
            }
            else
            {
                _transport.Close();
            }
        }
    }

    private void OnTimer()
    {
        lock (_timer)
        {
            if (_token is not null || _nonce is null)
            {
                _timer.Dispose();
                _transport.Close();
                return;
            }

            _token = _identifiers.AckToken(ConnectionRole.Responder);
            MessageWriter writer = new(_identity, new PeerClock(_time), _options.RequestTtl) { SessionId = _sessionId };
            OutgoingRequest close = new(_identifiers.MessageId(), _identifiers.Stamp(), "close", JsonWriter.Write("EPIPE"), RequestOptions.Default);
            _transport.Send(SealedMessage.Seal(_identity, writer.Body(close, _token, _nonce)));
            _timer.Change(Patience, Timeout.InfiniteTimeSpan);
        }
    }
}
