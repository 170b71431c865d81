using System.Net;

namespace DcpWorker.Engine.InetDaemon.Events;

/// <summary>The daemon listens.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Endpoint">The address and the port actually bound.</param>
public sealed record InetDaemonStarted(DateTimeOffset Time, IPEndPoint Endpoint) : InetDaemonEvent(Time);
