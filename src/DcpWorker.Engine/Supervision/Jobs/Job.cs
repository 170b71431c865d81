namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>A job that this worker holds slices or sandboxes of. Guarded by the owner of its <see cref="WorkSet"/>.</summary>
internal sealed class Job(JobMessage message)
{
    public JobMessage Message { get; set; } = message;

    public string Id => Message.JobId;

    public JobState State { get; set; }

    public JobMetrics Metrics { get; } = new();

    /// <summary>What every slice needs; set when <see cref="State"/> becomes <see cref="JobState.Ready"/>.</summary>
    public JobArtifacts? Artifacts { get; set; }

    /// <summary>Slices not finished, by number.</summary>
    public Dictionary<long, Slice> Slices { get; } = [];

    /// <summary>Slices that wait for a sandbox, in the order in which they became ready.</summary>
    public LinkedList<Slice> Ready { get; } = [];

    /// <summary>Slices in a sandbox.</summary>
    public int Working { get; set; }

    /// <summary>Slices computed by this worker.</summary>
    public long Completed { get; set; }

    /// <summary>Consecutive failures to assign the job to a sandbox.</summary>
    public int AssignFailures { get; set; }

    /// <summary>When the last slice left; null while there are any.</summary>
    public DateTimeOffset? IdleSince { get; set; }

    /// <summary>Ends what is being fetched for the job.</summary>
    public CancellationTokenSource Abort { get; } = new();
}
