namespace DcpWorker.Engine.InetDaemon.Events;

/// <summary>The evaluators' lock-down does not hold, or could not be verified.</summary>
/// <param name="Time">When it was found out.</param>
/// <param name="Reason">What is wrong and what to do, in words.</param>
/// <param name="IsFatal">Whether the daemon therefore offers nothing and stops.</param>
public sealed record LockDownFailed(DateTimeOffset Time, string Reason, bool IsFatal) : InetDaemonEvent(Time);
