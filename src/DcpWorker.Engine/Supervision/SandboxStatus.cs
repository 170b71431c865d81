using DcpWorker.Engine.Sandboxes;

namespace DcpWorker.Engine.Supervision;

/// <summary>What one sandbox is doing.</summary>
/// <param name="Id">Number of the sandbox within this process.</param>
/// <param name="State">Its state.</param>
/// <param name="JobId">The job that it is assigned to, or null.</param>
/// <param name="JobName">What the job's owner calls it, or null.</param>
/// <param name="SliceNumber">The slice that it computes, or null.</param>
/// <param name="Percent">Last progress that the slice reported, 0 to 100, or null.</param>
/// <param name="Elapsed">How long the slice has been computed; zero when there is none.</param>
/// <param name="Uses">Slices that it has computed.</param>
public sealed record SandboxStatus(
    int Id, SandboxState State, string? JobId, string? JobName, long? SliceNumber, double? Percent, TimeSpan Elapsed, int Uses);
