namespace DcpWorker.Engine.Supervision.Events;

/// <summary>The scheduler does not take a result.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="Code">The scheduler's code.</param>
/// <param name="Message">The scheduler's reason.</param>
public sealed record ResultRefused(DateTimeOffset Time, string JobId, long SliceNumber, string Code, string Message) : WorkerEvent(Time);
