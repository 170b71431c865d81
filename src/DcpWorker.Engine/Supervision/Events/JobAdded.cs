namespace DcpWorker.Engine.Supervision.Events;

/// <summary>Slices of a job that the worker did not have came in.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Description">What its owner says about it; may be empty.</param>
/// <param name="Link">Where its owner says more; may be empty.</param>
public sealed record JobAdded(DateTimeOffset Time, string JobId, string Name, string Description, string Link) : WorkerEvent(Time);
