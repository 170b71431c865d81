using DcpWorker.Engine.InetDaemon.Events;

namespace DcpWorker.Cmdlets;

/// <summary>Says in one line what happened in an inet-daemon.</summary>
internal static class InetDaemonEventText
{
    /// <summary>The line; empty for an event that says all by its name.</summary>
    public static string Describe(InetDaemonEvent e) => e switch
    {
        InetDaemonStarted started => $"listening on {started.Endpoint}",
        ConnectionOpened opened => $"connection {opened.ConnectionId} from {opened.Remote}: evaluator {opened.ProcessId}",
        ConnectionClosed closed => $"connection {closed.ConnectionId} after {closed.Duration.TotalSeconds:0.0} s: {closed.Cause}, {closed.Exit}",
        ConnectionRefused refused => $"{refused.Remote}: {refused.Reason}",
        EvaluatorErrorLine line => $"connection {line.ConnectionId}: {line.Line}",
        LockDownFailed failed => failed.Reason,
        _ => "",
    };
}
