using DcpWorker.Engine.Keystores;

namespace DcpScheduler.Domain;

/// <summary>A worker that has asked for work. Guarded by the lock of <see cref="JobBook"/>.</summary>
internal sealed class KnownWorker(string id, Address identity)
{
    /// <summary>The id that it chose.</summary>
    public string Id { get; } = id;

    /// <summary>The identity that uses this id.</summary>
    public Address Identity { get; } = identity;

    /// <summary>When it last asked or told anything.</summary>
    public DateTimeOffset LastSeen { get; set; }

    /// <summary>Since when it has no connection; null while it has one.</summary>
    public DateTimeOffset? DisconnectedSince { get; set; }

    /// <summary>Open connections on which it has spoken.</summary>
    public HashSet<object> Connections { get; } = [];
}
