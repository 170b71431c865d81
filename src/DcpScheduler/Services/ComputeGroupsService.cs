using DcpScheduler.Domain;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Puts jobs into groups; the groups themselves are configured when the scheduler starts.</summary>
internal sealed class ComputeGroupsService(JobBook book, JobControl control, GroupAccess access, TimeProvider time) : IService
{
    /// <inheritdoc/>
    public string Path => "compute-groups";

    /// <inheritdoc/>
    public Task<JsValue> HandleAsync(IncomingRequest request, CancellationToken ct) => request.Name() switch
    {
        "addJobToGroups" => AddAsync(request),
        "listJobs" => Task.FromResult<JsValue>(ListJobs(request)),
        _ => throw Requests.Unknown(request),
    };

    private async Task<JsValue> AddAsync(IncomingRequest request)
    {
        Job job = Requests.RequireOwnJob(book, request, request.Data);
        job.LastDeployCall = time.GetUtcNow();
        if (request.Data["cgArray"] is not JsArray { Items.Count: > 0 and <= 100 } asked)
        {
            throw Requests.Invalid("'cgArray' must be a list of 1 to 100 groups.");
        }

        List<ComputeGroup> groups = [.. asked.Items.Select(g => access.Find(g ?? JsValue.Undefined, request.Connection.SessionId)
            ?? throw new ProtocolException("EPERM", $"There is no compute group '{Named(g)}', or its credentials are wrong."))];
        await control.AddToGroupsAsync(job, groups).ConfigureAwait(false);
        job.LastDeployCall = time.GetUtcNow();
        return new JsObject
        {
            ["success"] = true,
            ["cgArray"] = new JsArray(groups.Select(JsValue? (g) => new JsObject { ["opaqueId"] = g.OpaqueId, ["name"] = g.Name, ["joinKey"] = g.JoinKey })),
        };
    }

    private JsArray ListJobs(IncomingRequest request)
    {
        ComputeGroup group = access.Find(request.Data["descriptor"], request.Connection.SessionId)
            ?? throw new ProtocolException("EPERM", "There is no such compute group, or its credentials are wrong.");
        lock (book.Lock)
        {
            return new JsArray(book.All.Where(j => j.Owner.Equals(request.Peer) && j.Groups.Contains(group.OpaqueId)).Select(JsValue? (j) => JobListing.Describe(j)));
        }
    }

    private static string Named(JsValue? group) => (group?["joinKey"].AsString() ?? group?["id"].AsString()) is { Length: <= 100 } name ? name : "";
}
