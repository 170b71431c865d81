using System.Net;

namespace DcpWorker.Engine.InetDaemon.Events;

/// <summary>A connection was accepted and closed at once, without a byte.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Remote">The peer.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record ConnectionRefused(DateTimeOffset Time, IPEndPoint? Remote, string Reason) : InetDaemonEvent(Time);
