namespace DcpWorker.Engine.Supervision;

/// <summary>What a worker is doing at one moment; a copy that does not change.</summary>
public sealed record WorkerStatus
{
    /// <summary>22 characters; the same after every start from the same resource directory.</summary>
    public required string WorkerId { get; init; }

    /// <summary>Where the worker is in its life.</summary>
    public required WorkerState State { get; init; }

    /// <summary>The pause in force; null when there is none.</summary>
    public WorkerPause? Pause { get; init; }

    /// <summary>Since <see cref="Worker.RunAsync"/>; zero before.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>Most slices that are computed at once.</summary>
    public int Capacity { get; init; }

    /// <summary>The live sandboxes, by id.</summary>
    public IReadOnlyList<SandboxStatus> Sandboxes { get; init; } = [];

    /// <summary>The jobs that the worker holds slices or sandboxes of.</summary>
    public IReadOnlyList<JobStatus> Jobs { get; init; } = [];

    /// <summary>Slices that wait for a sandbox.</summary>
    public int SlicesQueued { get; init; }

    /// <summary>Slices in a sandbox.</summary>
    public int SlicesWorking { get; init; }

    /// <summary>Slices computed since the start, results that are errors included.</summary>
    public long SlicesCompleted { get; init; }

    /// <summary>Slices that failed on this worker since the start.</summary>
    public long SlicesFailed { get; init; }

    /// <summary>Slices given back since the start.</summary>
    public long SlicesReturned { get; init; }

    /// <summary>Results that the scheduler has not acknowledged yet.</summary>
    public int ResultsPending { get; init; }

    /// <summary>Results that the scheduler acknowledged since the start.</summary>
    public long ResultsSubmitted { get; init; }

    /// <summary>Credited since the start, in DCC.</summary>
    public decimal Earned { get; init; }

    /// <summary>When the scheduler last answered a request for work; null before.</summary>
    public DateTimeOffset? LastFetch { get; init; }

    /// <summary>Whether sandboxes cannot be started at the moment.</summary>
    public bool EvaluatorDown { get; init; }
}
