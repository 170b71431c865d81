using DcpScheduler.Domain;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Tells deployers how their jobs are.</summary>
internal sealed class PhemeService(JobBook book) : IService
{
    /// <inheritdoc/>
    public string Path => "pheme";

    /// <inheritdoc/>
    public Task<JsValue> HandleAsync(IncomingRequest request, CancellationToken ct) => request.Name() switch
    {
        "listJobs" => Task.FromResult(JobListing.List(book, request)),
        _ => throw Requests.Unknown(request),
    };
}
