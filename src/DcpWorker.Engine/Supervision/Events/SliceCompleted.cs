namespace DcpWorker.Engine.Supervision.Events;

/// <summary>A slice was computed; its result is on its way to the scheduler.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="SandboxId">The sandbox that computed it.</param>
/// <param name="Elapsed">Wall-clock time in the sandbox.</param>
/// <param name="Cpu">Processor time in the sandbox.</param>
public sealed record SliceCompleted(DateTimeOffset Time, string JobId, long SliceNumber, int SandboxId, TimeSpan Elapsed, TimeSpan Cpu) : WorkerEvent(Time);
