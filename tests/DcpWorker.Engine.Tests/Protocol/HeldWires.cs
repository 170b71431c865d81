using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>
/// An initiator and a responder joined by wires that the test holds: every message is passed on, or lost, one at a time.
/// </summary>
public abstract class HeldWires
{
    private protected readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private protected readonly ManualPost _post = new();
    private protected readonly Connection _initiator;
    private protected readonly Connection _responder;
    private protected RecordingTransport _near = new();
    private protected RecordingTransport _far = new();
    private protected bool _accepted;
    private protected string? _nonce;
    private protected int _handled;

    private protected HeldWires()
    {
        _initiator = Make(ConnectionRole.Initiator);
        _responder = Make(ConnectionRole.Responder);
        _responder.RequestHandler = (request, _) =>
        {
            _handled++;
            return Task.FromResult(request.Data);
        };
        _initiator.Open(_near);
    }

    private protected Connection Make(ConnectionRole role, ConnectionOptions? options = null, TimeProvider? time = null) => new(
        role,
        new Uri("http://127.0.0.1:1/svc/"),
        role == ConnectionRole.Initiator ? Peers.InitiatorKey : Peers.TargetKey,
        options ?? ConnectionOptions.Default,
        new ConnectionParts { Post = _post.Post },
        time ?? _time,
        NullLogger.Instance);

    private protected void Accept(string text, Connection? responder = null)
    {
        (responder ?? _responder).Accept(_far, SealedMessage.Open(text));
        _accepted = true;
    }

    /// <summary>Passes messages on in both directions until there are no more.</summary>
    private protected void PassAll(Connection? responder = null)
    {
        responder ??= _responder;
        do
        {
            _post.RunAll();
            if (_near.Count > 0 && !_accepted)
            {
                Accept(_near.Take(), responder);
            }
            else if (_near.Count > 0)
            {
                responder.Receive(_far, _near.Take());
            }
            else if (_far.Count > 0)
            {
                SealedMessage message = _far.TakeMessage();
                _nonce = message.Body["type"].AsString() == "ack" ? message.Body["nonce"].AsString() : _nonce;
                _initiator.Receive(_near, message);
            }

            _post.RunAll();
        }
        while (_near.Count + _far.Count > 0);
    }

    /// <summary>Loses the socket and what is on it; the initiator finds another one.</summary>
    private protected void Cut(bool reattach = true, bool isNoticed = true)
    {
        _initiator.Detach(_near);
        if (isNoticed)
        {
            _responder.Detach(_far);
        }

        (_near, _far) = (new RecordingTransport(), new RecordingTransport());
        _initiator.Open(_near);
        if (reattach)
        {
            _responder.Reattach(_far, SealedMessage.Open(_near.Take()));
        }
    }
}
