using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Limits;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Supervision.PauseRules;

namespace DcpWorker.Engine.Supervision;

/// <summary>What a <see cref="Worker"/> is to do, where and for whom.</summary>
public sealed record WorkerOptions
{
    /// <summary>The scheduler's location.</summary>
    public required Uri Scheduler { get; init; }

    /// <summary>What this site sets of the scheduler's configuration.</summary>
    public NetworkSettings Network { get; init; } = NetworkSettings.None;

    /// <summary>Where evaluators are started by connecting: an inet-daemon or a service like it.</summary>
    public required EvaluatorLocation Evaluator { get; init; }

    /// <summary>The account that is credited.</summary>
    public required Address PaymentAddress { get; init; }

    /// <summary>
    /// Folder for what must survive a restart: the worker id, results not yet acknowledged, identities of peers.
    /// Made when missing. Workers may share it.
    /// </summary>
    public required string ResourceDirectory { get; init; }

    /// <summary>
    /// Most sandboxes that work at once; at least 1. One core is left for everything else by default. The number of
    /// cores respects cpuset and quota of a container.
    /// </summary>
    public int Sandboxes { get; init; } = DefaultSandboxes;

    /// <summary>Share of <see cref="Sandboxes"/> that is kept busy, 0 (exclusive) to 1.</summary>
    public double CpuUtilization { get; init; } = 1.0;

    /// <summary>Most sandboxes alive, idle ones included; null: as many as <see cref="Sandboxes"/>, and one to spare.</summary>
    public int? MaxSandboxes { get; init; }

    /// <summary>Groups beside the global one.</summary>
    public IReadOnlyList<ComputeGroup> ComputeGroups { get; init; } = [];

    /// <summary>Whether jobs of the global group are left to others.</summary>
    public bool LeaveGlobalGroup { get; init; }

    /// <summary>When not empty: only these jobs.</summary>
    public IReadOnlyList<string> JobIds { get; init; } = [];

    /// <summary>Stop after this many slices; null: never.</summary>
    public long? MaxSlices { get; init; }

    /// <summary>Stop after this long without any work; null: never.</summary>
    public TimeSpan? ExitWhenIdle { get; init; }

    /// <summary>When the worker pauses by itself; any of the rules is enough.</summary>
    public IReadOnlyList<PauseRule> PauseWhen { get; init; } = [];

    /// <summary>What becomes of the slices in the sandboxes when a rule pauses. Default: their processes are stopped until the worker goes on.</summary>
    public PauseMode PauseRuleMode { get; init; } = PauseMode.Suspend;

    /// <summary>What rules ask about this machine.</summary>
    internal MachineSensors Sensors { get; init; } = new();

    /// <summary>The least that the worker works for.</summary>
    public MinimumWage MinimumWage { get; init; } = new();

    /// <summary>Origins that may be fetched from and sent to, beside the scheduler's own.</summary>
    public AllowedOrigins AllowedOrigins { get; init; } = new();

    /// <summary>Whether origins that the scheduler names for a compute group are allowed for the jobs of that group.</summary>
    public bool TrustScheduler { get; init; } = true;

    /// <summary>Whether to start although the scheduler's <c>kill</c> command disabled this worker; it is enabled again by that.</summary>
    public bool StartEvenIfDisabled { get; init; }

    /// <summary>Time-outs of sandboxes.</summary>
    public SandboxOptions SandboxOptions { get; init; } = new();

    /// <summary>Time-outs and limits of the connections to the scheduler's services.</summary>
    public ConnectionOptions ConnectionOptions { get; init; } = new();

    /// <summary>Time-outs, limits and intervals that seldom need to be touched.</summary>
    public SupervisorTuning Tuning { get; init; } = new();

    /// <summary>Cores that this process may use, less one; at least 1.</summary>
    public static int DefaultSandboxes => Math.Max(1, AvailableCores.Count - 1);
}
