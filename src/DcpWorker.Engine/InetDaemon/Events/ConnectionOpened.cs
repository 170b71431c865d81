using System.Net;

namespace DcpWorker.Engine.InetDaemon.Events;

/// <summary>A connection was accepted and its evaluator started.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="ConnectionId">Number of the connection in this daemon, from 1.</param>
/// <param name="Remote">The peer.</param>
/// <param name="ProcessId">Process id of the evaluator, which leads a process group of its own.</param>
public sealed record ConnectionOpened(DateTimeOffset Time, long ConnectionId, IPEndPoint? Remote, int ProcessId) : InetDaemonEvent(Time);
