using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Protocol.Framing;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>A transport that keeps what it is given.</summary>
internal sealed class RecordingTransport : ITransport
{
    private readonly Queue<string> _sent = [];

    public bool IsClosed { get; private set; }

    public bool IsAborted { get; private set; }

    public int Count => _sent.Count;

    public void Send(string message) => _sent.Enqueue(message);

    public void Close() => IsClosed = true;

    public void Abort() => IsAborted = true;

    public string Take() => _sent.Dequeue();

    public SealedMessage TakeMessage() => SealedMessage.Open(Take());
}

/// <summary>Runs what is posted when told to, so that a test sees one thing after another.</summary>
internal sealed class ManualPost
{
    private readonly Queue<Action> _actions = [];

    public void Post(Action action) => _actions.Enqueue(action);

    public void RunAll()
    {
        while (_actions.TryDequeue(out Action? action))
        {
            action();
        }
    }
}

/// <summary>Hands out the identifiers of a recording.</summary>
internal sealed class ScriptedIdentifiers : IdentifierSource
{
    public Queue<string> Ids { get; } = [];

    public Queue<string> Tokens { get; } = [];

    public Queue<string> Nonces { get; } = [];

    public Queue<string> Stamps { get; } = [];

    public Queue<string> Halves { get; } = [];

    public override string MessageId() => Ids.TryDequeue(out string? id) ? id : base.MessageId();

    public override string AckToken(ConnectionRole role) => Tokens.TryDequeue(out string? token) ? token : base.AckToken(role);

    public override string Nonce(ConnectionRole role) => Nonces.TryDequeue(out string? nonce) ? nonce : base.Nonce(role);

    public override string Stamp() => Stamps.TryDequeue(out string? stamp) ? stamp : base.Stamp();

    public override string SessionHalf() => Halves.TryDequeue(out string? half) ? half : base.SessionHalf();

    /// <summary>Takes over what a recorded body was made with.</summary>
    public void Follow(JsObject body, ScriptedClock clock)
    {
        if (body["type"].AsString() == "ack")
        {
            Nonces.Enqueue(body["nonce"].AsString()!);
            return;
        }

        Tokens.Enqueue(body["ackToken"].AsString()!);
        foreach (JsValue? inner in body["payload"] is JsArray batch ? batch.Items : [body])
        {
            JsValue validity = inner!["payload"]["validity"];
            if (validity["stamp"].AsString() is { } stamp)
            {
                Stamps.Enqueue(stamp);
                Ids.Enqueue(inner["id"].AsString()!);
                clock.Times.Enqueue(validity["time"].AsNumber()!.Value);
            }

            clock.Times.Enqueue(inner["time"].AsNumber()!.Value);
        }

        if (body["payload"] is JsArray)
        {
            Ids.Enqueue(body["id"].AsString()!);
            clock.Times.Enqueue(body["time"].AsNumber()!.Value);
        }
    }
}

/// <summary>Tells the times of a recording.</summary>
internal sealed class ScriptedClock(TimeProvider time) : PeerClock(time)
{
    public Queue<double> Times { get; } = [];

    public override double Stamp() => Times.TryDequeue(out double time) ? time : base.Stamp();
}
