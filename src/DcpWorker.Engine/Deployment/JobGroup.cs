using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment;

/// <summary>A compute group that a job is offered to. Its text never shows the hash.</summary>
public sealed class JobGroup
{
    private readonly string? _joinHash;

    /// <param name="joinKey">Name of the group.</param>
    /// <param name="joinHash"><c>eh1-</c> and 64 hex digits, made from join key and join secret; kept secret.</param>
    public JobGroup(string joinKey, string joinHash) => (JoinKey, _joinHash) = (joinKey, joinHash);

    private JobGroup() => JoinKey = "public";

    /// <summary>The group that every worker belongs to unless it left it.</summary>
    public static JobGroup Public { get; } = new();

    /// <summary>Name of the group.</summary>
    public string JoinKey { get; }

    /// <inheritdoc/>
    public override string ToString() => JoinKey;

    /// <summary>As <c>addJobToGroups</c> wants it: the proof of membership holds for one session only.</summary>
    internal JsObject ToRequest(string sessionId) => _joinHash is null
        ? new JsObject
        {
            ["opaqueId"] = "WHhetL7mj1w1mw1XV6dxyC",
            ["id"] = 1,
            ["name"] = "Public Compute Group (open access)",
            ["joinKey"] = JoinKey,
            ["joinHash"] = "",
        }
        : new JsObject { ["joinKey"] = JoinKey, ["joinHashHash"] = Keystores.JoinHash.ForSession(sessionId, _joinHash) };
}
