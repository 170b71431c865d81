using System.Text;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Artifacts;

namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>Fetches what a job is made of: everything at once.</summary>
internal sealed class JobLoader(ArtifactFetcher fetcher)
{
    /// <exception cref="ArtifactException">A part cannot be had or is not what it should be.</exception>
    public async Task<JobArtifacts> LoadAsync(JobMessage job, CancellationToken ct)
    {
        Task<Artifact> code = fetcher.FetchAsync(job.CodeLocation, FetchPurpose.WorkFunction, job.Group, ct);
        Task<Artifact[]> arguments = Task.WhenAll(job.ArgumentLocations.Select(a => fetcher.FetchAsync(a, FetchPurpose.Arguments, job.Group, ct)));
        Task<Artifact> range = job.RangeLocation is null
            ? Task.FromResult(new Artifact(JsValue.Undefined, 0))
            : fetcher.FetchAsync(job.RangeLocation, FetchPurpose.Data, job.Group, ct);
        await Task.WhenAll(code, arguments, range).ConfigureAwait(false);

        Artifact[] fetched = await arguments.ConfigureAwait(false);
        Artifact source = await code.ConfigureAwait(false);
        Artifact rangeArtifact = await range.ConfigureAwait(false);
        string text = TextOf(source.Value)
            ?? throw new ArtifactException(ArtifactException.FetchCode, $"The work function of job {job.JobId} is not text.");
        return new JobArtifacts(
            text,
            [.. fetched.Select(a => a.Value)],
            job.RangeLocation is null ? null : ReadRange(job, rangeArtifact.Value),
            source.Size + rangeArtifact.Size + fetched.Sum(a => a.Size));
    }

    /// <summary>Begins to fetch the datum of a slice that waits.</summary>
    public void Prefetch(Slice slice)
    {
        if (slice.Datum is null && slice.Message.DatumLocation is { } location)
        {
            slice.Datum = Task.Run(() => fetcher.FetchAsync(location, FetchPurpose.Data, slice.Job.Message.Group, slice.Abort.Token));

            // whoever computes the slice sees the failure; when nobody does it does not matter
            slice.Datum.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>The datum of a slice.</summary>
    /// <exception cref="ArtifactException">It cannot be had.</exception>
    public async Task<Artifact> LoadDatumAsync(Slice slice, CancellationToken ct)
    {
        if (slice.Datum is { } ahead)
        {
            return await ahead.WaitAsync(ct).ConfigureAwait(false);
        }

        if (slice.Message.DatumLocation is { } location)
        {
            return await fetcher.FetchAsync(location, FetchPurpose.Data, slice.Job.Message.Group, ct).ConfigureAwait(false);
        }

        return slice.Job.Artifacts?.Range is { } range && slice.Number <= range.Count
            ? new Artifact(range[slice.Number - 1], 0)
            : throw new ArtifactException(ArtifactException.FetchCode, $"There is no datum for {slice}.");
    }

    /// <summary>A server may call JavaScript what it likes (<c>application/javascript</c>, <c>application/octet-stream</c>…): it is text all the same.</summary>
    private static string? TextOf(JsValue source) => source is JsTypedArray bytes ? Encoding.UTF8.GetString(bytes.Bytes) : source.AsString();

    private static RangeObject ReadRange(JobMessage job, JsValue value)
    {
        try
        {
            return RangeObject.Parse(value);
        }
        catch (SerializationException e)
        {
            throw new ArtifactException(ArtifactException.FetchCode, $"The range of job {job.JobId} cannot be read: {e.Message}", e);
        }
    }
}
