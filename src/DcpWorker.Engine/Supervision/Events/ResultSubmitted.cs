namespace DcpWorker.Engine.Supervision.Events;

/// <summary>The scheduler accepted a result.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="Size">Characters of the serialised result.</param>
public sealed record ResultSubmitted(DateTimeOffset Time, string JobId, long SliceNumber, long Size) : WorkerEvent(Time);
