using System.Text.Json;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli.Output;

/// <summary>The events of an inet-daemon for programs and for people.</summary>
internal static class InetDaemonEventOutput
{
    public static JsObject ToJson(InetDaemonEvent e)
    {
        JsObject o = JsonLines.Event(e.Time, e.GetType().Name);
        switch (e)
        {
            case InetDaemonStarted x:
                o["listen"] = $"tcp://{x.Endpoint}";
                break;
            case ConnectionOpened x:
                o["connection"] = x.ConnectionId;
                o["remote"] = x.Remote?.ToString();
                o["process"] = x.ProcessId;
                break;
            case ConnectionClosed x:
                o["connection"] = x.ConnectionId;
                o["cause"] = JsonNamingPolicy.CamelCase.ConvertName(x.Cause.ToString());
                o["exit"] = x.Exit.ToString();
                o["duration"] = x.Duration.TotalSeconds;
                break;
            case ConnectionRefused x:
                o["remote"] = x.Remote?.ToString();
                o["reason"] = x.Reason;
                break;
            case EvaluatorErrorLine x:
                o["connection"] = x.ConnectionId;
                o["line"] = x.Line;
                break;
            case LockDownFailed x:
                o["reason"] = x.Reason;
                o["fatal"] = x.IsFatal;
                break;
        }

        return o;
    }

    /// <summary>How much an event matters.</summary>
    public static LogLevel LevelOf(InetDaemonEvent e) => e switch
    {
        LockDownFailed { IsFatal: true } => LogLevel.Critical,
        LockDownFailed or ConnectionRefused or EvaluatorErrorLine => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    /// <summary>The line for an event; null when there is none.</summary>
    public static string? ToLine(InetDaemonEvent e, bool verbose) => e switch
    {
        ConnectionOpened x when verbose => $"connection {x.ConnectionId} from {x.Remote}: evaluator {x.ProcessId} started",
        ConnectionClosed x when verbose => $"connection {x.ConnectionId}: {x.Cause}, {x.Exit}, after {x.Duration.TotalSeconds:0.0} s",
        // the log has it, at most once in ten seconds: whoever knocks must not fill the disk
        ConnectionRefused x when verbose => $"connection from {x.Remote} refused: {x.Reason}",
        EvaluatorErrorLine x => $"connection {x.ConnectionId}: evaluator says: {x.Line}",
        LockDownFailed x => $"lock-down is not in force: {x.Reason}",
        _ => null,
    };
}
