namespace DcpWorker.Cmdlets.Jobs;

/// <summary>How a run looks as a job.</summary>
/// <param name="Kind">The kind of job that Get-Job shows.</param>
/// <param name="MostObjects">Objects that wait to be received before the oldest make room for new ones; null: all are kept.</param>
/// <param name="IsOffer">Whether others connect to what it runs, so that it says when and where it is ready.</param>
internal sealed record JobShape(string Kind, int? MostObjects, bool IsOffer = false)
{
    /// <summary>How long what is under way may go on once the job is to stop; no slice may keep whoever waits for the end of the job for hours.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The job's name; null: one that PowerShell makes.</summary>
    public string? Name { get; init; }

    /// <summary>Events that are kept: a worker may go on for months without anybody receiving them.</summary>
    public const int MostEvents = 10_000;
}
