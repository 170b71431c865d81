namespace DcpWorker.Engine.Supervision.Events;

/// <summary>Work is being asked for.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Cores">Free cores that are to be filled.</param>
public sealed record FetchStarted(DateTimeOffset Time, double Cores) : WorkerEvent(Time);
