namespace DcpWorker.Engine.InetDaemon.Events;

/// <summary>A connection and its evaluator are gone.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="ConnectionId">Number of the connection.</param>
/// <param name="Cause">What ended it.</param>
/// <param name="Exit">How the evaluator ended.</param>
/// <param name="Duration">How long the connection was open.</param>
public sealed record ConnectionClosed(DateTimeOffset Time, long ConnectionId, ConnectionCloseCause Cause, EvaluatorExit Exit, TimeSpan Duration) : InetDaemonEvent(Time);
