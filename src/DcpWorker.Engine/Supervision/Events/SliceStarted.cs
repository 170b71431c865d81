namespace DcpWorker.Engine.Supervision.Events;

/// <summary>A slice is being computed.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="SandboxId">The sandbox that computes it.</param>
public sealed record SliceStarted(DateTimeOffset Time, string JobId, long SliceNumber, int SandboxId) : WorkerEvent(Time);
