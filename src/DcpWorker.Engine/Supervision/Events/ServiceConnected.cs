namespace DcpWorker.Engine.Supervision.Events;

/// <summary>A connection to one of the scheduler's services was made, or made again.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Service">Name of the service, for example <c>taskDistributor</c>.</param>
/// <param name="Location">Where it is.</param>
public sealed record ServiceConnected(DateTimeOffset Time, string Service, Uri Location) : WorkerEvent(Time);
