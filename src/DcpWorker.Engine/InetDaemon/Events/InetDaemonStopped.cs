namespace DcpWorker.Engine.InetDaemon.Events;

/// <summary>The daemon has stopped; every evaluator is gone. The last event.</summary>
/// <param name="Time">When it happened.</param>
public sealed record InetDaemonStopped(DateTimeOffset Time) : InetDaemonEvent(Time);
