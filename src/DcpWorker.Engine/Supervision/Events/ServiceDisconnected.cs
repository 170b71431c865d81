namespace DcpWorker.Engine.Supervision.Events;

/// <summary>A connection to one of the scheduler's services was lost; the worker keeps trying to make it again.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Service">Name of the service, for example <c>taskDistributor</c>.</param>
/// <param name="Reason">Why, as a code or a text.</param>
public sealed record ServiceDisconnected(DateTimeOffset Time, string Service, string Reason) : WorkerEvent(Time);
