namespace DcpWorker.Engine.InetDaemon.Events;

/// <summary>A line that an evaluator wrote to stderr, printable characters only.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="ConnectionId">Number of the connection.</param>
/// <param name="Line">The line, cut to <see cref="InetDaemonOptions.MaxErrorLine"/>.</param>
public sealed record EvaluatorErrorLine(DateTimeOffset Time, long ConnectionId, string Line) : InetDaemonEvent(Time);
