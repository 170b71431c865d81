namespace DcpWorker.Engine.InetDaemon.Events;

/// <summary>Something that happened in an <see cref="InetDaemon"/>.</summary>
/// <param name="Time">When it happened.</param>
public abstract record InetDaemonEvent(DateTimeOffset Time);
