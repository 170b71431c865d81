using DcpWorker.Engine.Supervision.Artifacts;
using DcpWorker.Engine.Supervision.Inventory;
using DcpWorker.Engine.Supervision.Jobs;
using DcpWorker.Engine.Supervision.Results;
using DcpWorker.Engine.Supervision.Running;

namespace DcpWorker.Engine.Supervision;

/// <summary>What a <see cref="Supervisor"/> is made of.</summary>
internal sealed record SupervisorParts
{
    public required WorkerOptions Options { get; init; }

    public required string WorkerId { get; init; }

    public required WorkerEventHub Events { get; init; }

    public required SandboxPool Pool { get; init; }

    public required JobLoader Loader { get; init; }

    public required ArtifactFetcher Fetcher { get; init; }

    public required ModuleGroups Modules { get; init; }

    public required SliceRunner Runner { get; init; }

    public required ResultSubmitter Results { get; init; }

    public required StatusReporter Status { get; init; }

    public required WorkEmitter Emitter { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Ends when the worker gives up what is still under way.</summary>
    public required CancellationToken Lifetime { get; init; }
}
