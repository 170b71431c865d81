using DcpWorker.Engine.Protocol.Sealing;

namespace DcpWorker.Engine.Protocol;

/// <summary>What a connection is put together from, so that a test can put others in their place.</summary>
internal sealed record ConnectionParts
{
    /// <summary>Makes ids, tokens and nonces.</summary>
    public IdentifierSource Identifiers { get; init; } = new();

    /// <summary>The time that messages are stamped with; made from the connection's time provider when null.</summary>
    public PeerClock? Clock { get; init; }

    /// <summary>Judges incoming requests; shared by the sessions of a listener.</summary>
    public RequestValidity Validity { get; init; } = new(new StampMemory());

    /// <summary>Pauses between attempts, shared by the connections to one service.</summary>
    public Backoff Backoff { get; init; } = new();

    /// <summary>Runs an action soon, outside of whatever is going on.</summary>
    public Action<Action> Post { get; init; } = static action => ThreadPool.UnsafeQueueUserWorkItem(static a => a(), action, preferLocal: false);

    /// <summary>Which address a service had before.</summary>
    public IdentityCache? Identities { get; init; }
}
