using DcpWorker.Cmdlets.ComputeGroups;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Cmdlets.Runs;

/// <summary>What a worker's run was told by parameters; what is null is the configuration's. Paths are full.</summary>
internal sealed record WorkerRunOptions
{
    public required WorkerStarter StartedBy { get; init; }

    public required string ResourceDirectory { get; init; }

    public string? Keystore { get; init; }

    public string? PaymentAddress { get; init; }

    public Uri? Scheduler { get; init; }

    public Uri? Evaluator { get; init; }

    public int? Sandboxes { get; init; }

    public double? Utilization { get; init; }

    public IReadOnlyList<ComputeGroupArgument>? ComputeGroups { get; init; }

    public bool LeavePublicGroup { get; init; }

    public IReadOnlyList<string>? JobIds { get; init; }

    public long? MaxSlices { get; init; }

    public TimeSpan? ExitWhenIdle { get; init; }

    public IReadOnlyList<string>? PauseWhen { get; init; }

    public PauseMode? PauseMode { get; init; }

    public bool StartEvenIfDisabled { get; init; }

    public bool AllowRoot { get; init; }
}
