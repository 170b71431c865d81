using DcpWorker.Engine.Sandboxes;

namespace DcpWorker.Engine.Control;

/// <summary>What one sandbox of a running worker is doing.</summary>
public sealed record RunningSandbox
{
    /// <summary>Number of the sandbox within its worker.</summary>
    public int Id { get; init; }

    /// <summary>Its state.</summary>
    public SandboxState State { get; init; }

    /// <summary>The job that it is assigned to, or null.</summary>
    public string? JobId { get; init; }

    /// <summary>What the job's owner calls it, or null.</summary>
    public string? JobName { get; init; }

    /// <summary>The slice that it computes, or null.</summary>
    public long? Slice { get; init; }

    /// <summary>Last progress that the slice reported, 0 to 100, or null.</summary>
    public double? Percent { get; init; }

    /// <summary>How long the slice has been computed.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Slices that were started in it.</summary>
    public int Uses { get; init; }

    /// <summary>In words: <c>idle</c>, or the slice, its job and how far it is.</summary>
    public override string ToString() => Slice is { } slice
        ? $"slice {slice} of {JobName ?? JobId}{(Percent is { } percent ? $" {percent:0} %" : "")}, {Elapsed.TotalSeconds:0} s"
        : State is SandboxState.Assigned or SandboxState.Ready ? "idle" : State.ToString().ToLowerInvariant();
}
