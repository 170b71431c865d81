namespace DcpWorker.Engine.Supervision;

/// <summary>
/// Why a worker gives slices back that it could have computed: reasons that lie with the worker or the scheduler. What
/// goes wrong with a slice is told by a code instead (<c>ENOPROGRESS</c>, <c>ESANDBOX</c>…). A scheduler reads these to
/// know what speaks against a job and what does not.
/// </summary>
public static class ReturnReason
{
    /// <summary>The worker is paused.</summary>
    public const string Paused = "worker paused";

    /// <summary>The worker ends.</summary>
    public const string Stopping = "worker stopping";

    /// <summary>The worker has had no evaluator for a while. One that a slice has brought down is told as <c>ESANDBOX</c>.</summary>
    public const string EvaluatorDown = "evaluator down";

    /// <summary>More is queued than can be computed soon; the network's own word.</summary>
    public const string Surplus = "repoMan";

    /// <summary>The scheduler wants other jobs to be computed first; the network's own word.</summary>
    public const string Priority = "SchedMsg";

    /// <summary>The scheduler has taken the job away.</summary>
    public const string Removed = "removed by the scheduler";

    /// <summary>The worker has that slice already; the network's own words.</summary>
    public const string Duplicate = "return duplicate slice";

    /// <summary>The scheduler gave a slice of a job that it did not describe.</summary>
    public const string UnknownJob = "unknown job";

    private static readonly HashSet<string> WithoutBlame = new(StringComparer.Ordinal)
    {
        Paused, Stopping, EvaluatorDown, Surplus, Priority, Removed, Duplicate, UnknownJob,

        // what the network's own workers say: when they are told to use fewer cores, when a slice never came to its
        // turn, and when their user keeps a result back
        "Worker wanted fewer running slices", "late reserved slices", "Cancelled via beforeResult event",
    };

    /// <summary>All reasons that say nothing against the job, those of the network's own workers among them.</summary>
    public static IReadOnlyCollection<string> Harmless => WithoutBlame;

    /// <summary>Whether a reason says nothing against the job.</summary>
    public static bool IsHarmless(string? reason) => reason is not null && WithoutBlame.Contains(reason);
}
