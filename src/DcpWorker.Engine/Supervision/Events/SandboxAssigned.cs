namespace DcpWorker.Engine.Supervision.Events;

/// <summary>A sandbox was given to a job; from now on it works for that job only.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="SandboxId">Number of the sandbox within this process.</param>
/// <param name="JobId">Id of the job.</param>
public sealed record SandboxAssigned(DateTimeOffset Time, int SandboxId, string JobId) : WorkerEvent(Time);
