using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Artifacts;

namespace DcpWorker.Engine.Deployment;

/// <summary>Results that a scheduler keeps at locations of its own, and tells the location of in place of the result.</summary>
internal sealed class StoredResults : IDisposable
{
    private readonly OriginPolicy _origins;
    private readonly HttpClient _http = ArtifactFetcher.CreateClient();
    private readonly ArtifactFetcher _fetcher;

    public StoredResults(Uri scheduler, TimeProvider time)
    {
        _origins = new OriginPolicy(scheduler, new AllowedOrigins());
        _fetcher = new ArtifactFetcher(_origins, _http, SupervisorTuning.Default, time);
    }

    /// <summary>Whether a location is the scheduler's own; only the owner of the job knows what to think of any other.</summary>
    public bool IsOfScheduler(string location) =>
        Uri.TryCreate(location, UriKind.Absolute, out Uri? uri) && _origins.IsAllowed(uri, FetchPurpose.Data, null);

    /// <summary>Fetches a result and decodes it by its content type.</summary>
    /// <exception cref="ArtifactException">It cannot be had.</exception>
    public async Task<JsValue> FetchAsync(string location, CancellationToken ct) =>
        (await _fetcher.FetchAsync(location, FetchPurpose.Data, null, ct).ConfigureAwait(false)).Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        _fetcher.Dispose();
        _http.Dispose();
    }
}
