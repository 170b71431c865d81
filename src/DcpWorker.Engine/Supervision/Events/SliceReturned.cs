namespace DcpWorker.Engine.Supervision.Events;

/// <summary>A slice was given back to the scheduler without a result.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="Reason">Why, as a code or a text.</param>
public sealed record SliceReturned(DateTimeOffset Time, string JobId, long SliceNumber, string Reason) : WorkerEvent(Time);
