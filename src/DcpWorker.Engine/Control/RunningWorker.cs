using DcpWorker.Engine.Supervision;

namespace DcpWorker.Engine.Control;

/// <summary>A worker that runs on this machine, as it described itself a moment ago. Plain data: it survives remoting.</summary>
public sealed record RunningWorker
{
    /// <summary>The worker's id at the scheduler: 22 characters, the same after every start from the same resource directory.</summary>
    public required string Id { get; init; }

    /// <summary>The process that it runs in.</summary>
    public int ProcessId { get; init; }

    /// <summary>Which worker of the process it is, from 1.</summary>
    public int Number { get; init; }

    /// <summary>The user that it runs as.</summary>
    public string User { get; init; } = "";

    /// <summary>What started it.</summary>
    public WorkerStarter StartedBy { get; init; }

    /// <summary>Where it is in its life.</summary>
    public WorkerState State { get; init; }

    /// <summary>How it is paused; null when it is not.</summary>
    public PauseMode? PauseMode { get; init; }

    /// <summary>Why it is paused; null when it is not.</summary>
    public string? PauseReason { get; init; }

    /// <summary>Since it was started.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>Most slices that are computed at once.</summary>
    public int Capacity { get; init; }

    /// <summary>Slices that are being computed.</summary>
    public int SlicesWorking { get; init; }

    /// <summary>Slices that wait for a sandbox.</summary>
    public int SlicesQueued { get; init; }

    /// <summary>Slices computed since the start, results that are errors included.</summary>
    public long SlicesDone { get; init; }

    /// <summary>Slices that failed since the start.</summary>
    public long SlicesFailed { get; init; }

    /// <summary>Slices given back since the start.</summary>
    public long SlicesReturned { get; init; }

    /// <summary>Results that the scheduler has not acknowledged yet.</summary>
    public int ResultsPending { get; init; }

    /// <summary>Credited since the start, in DCC.</summary>
    public decimal Earned { get; init; }

    /// <summary>Processor time of the worker's process and, where they are local, of the evaluators that it has now.</summary>
    public TimeSpan CpuTime { get; init; }

    /// <summary>Share of one core that they use, in percent: over the last seconds, or since the start for who looks for the first time.</summary>
    public double CpuPercent { get; init; }

    /// <summary>Resident memory of the worker's process, in bytes.</summary>
    public long Memory { get; init; }

    /// <summary>Resident memory of its evaluators, in bytes; null when they are not on this machine or their daemon does not say.</summary>
    public long? EvaluatorMemory { get; init; }

    /// <summary>The last error or warning, or null.</summary>
    public string? LastError { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastErrorTime { get; init; }

    /// <summary>Whether evaluators cannot be started at the moment.</summary>
    public bool EvaluatorDown { get; init; }

    /// <summary>The live sandboxes, by number.</summary>
    public IReadOnlyList<RunningSandbox> Sandboxes { get; init; } = [];

    /// <summary>When the scheduler last answered a request for work.</summary>
    public DateTimeOffset? LastFetch { get; init; }

    /// <summary>The scheduler's location.</summary>
    public string Scheduler { get; init; } = "";

    /// <summary>Where its evaluators are offered.</summary>
    public string Evaluator { get; init; } = "";

    /// <summary>The account that is credited.</summary>
    public string PaymentAddress { get; init; } = "";

    /// <summary>Version of the program.</summary>
    public string Version { get; init; } = "";

    /// <summary>Its id.</summary>
    public override string ToString() => Id;
}
