using DcpScheduler.Domain;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>
/// Which groups a client may use. Who knows the secret of a group sends a hash over its session's id and the join
/// hash, which nobody else can make or use again.
/// </summary>
internal sealed class GroupAccess(SchedulerOptions options)
{
    /// <summary>The group that a client names and may use; null when there is none.</summary>
    public ComputeGroup? Find(JsValue asked, string? sessionId)
    {
        string? key = asked["joinKey"].AsString();
        string? id = asked["opaqueId"].AsString() ?? asked["id"].AsString();
        if (key == ComputeGroup.Public.JoinKey || id == ComputeGroup.Public.OpaqueId || (key is null && asked["id"].AsInt32() == 1))
        {
            return ComputeGroup.Public;
        }

        return options.ComputeGroups.FirstOrDefault(g => (key is null ? g.OpaqueId == id : g.JoinKey == key) && MayUse(g, asked["joinHashHash"].AsString(), sessionId));
    }

    /// <summary>The opaque ids of the groups in a worker's request.</summary>
    public IReadOnlySet<string> FindAll(JsValue asked, string? sessionId) => asked is JsArray list
        ? list.Items.Take(100).Select(g => Find(g ?? JsValue.Undefined, sessionId)?.OpaqueId).OfType<string>().ToHashSet()
        : [];

    private static bool MayUse(ComputeGroup group, string? joinHashHash, string? sessionId) =>
        group.JoinHash is null || (joinHashHash is not null && joinHashHash == "eh1-" + Convert.ToHexStringLower(PersonalMessage.Hash(sessionId + group.JoinHash)));
}
