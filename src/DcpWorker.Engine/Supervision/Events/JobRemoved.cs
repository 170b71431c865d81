namespace DcpWorker.Engine.Supervision.Events;

/// <summary>The worker let go of a job.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="Reason">Why: <c>done</c>, or the code of a failure.</param>
public sealed record JobRemoved(DateTimeOffset Time, string JobId, string Reason) : WorkerEvent(Time);
