namespace DcpWorker.Engine.Supervision.Events;

/// <summary>A slice says how far it is.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="SandboxId">The sandbox that computes it.</param>
/// <param name="Percent">0 to 100; null when the slice never gave a number.</param>
/// <param name="Indeterminate">Whether the slice is alive but gave no new number.</param>
public sealed record SliceProgress(DateTimeOffset Time, string JobId, long SliceNumber, int SandboxId, double? Percent, bool Indeterminate) : WorkerEvent(Time);
