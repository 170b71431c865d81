using System.Net;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.InetDaemon;

/// <content>What goes to the log.</content>
public sealed partial class InetDaemon
{
    [LoggerMessage(EventId = 300, Level = LogLevel.Information, Message = "Listening for connections on {Endpoints}")]
    private static partial void LogStarted(ILogger log, string endpoints);

    [LoggerMessage(EventId = 301, Level = LogLevel.Debug, Message = "Connection {ConnectionId} from {Remote}: evaluator {ProcessId}")]
    private static partial void LogOpened(ILogger log, long connectionId, IPEndPoint? remote, int processId);

    [LoggerMessage(EventId = 302, Level = LogLevel.Debug, Message = "Connection {ConnectionId} closed: {Cause}, evaluator ended with {Exit}")]
    private static partial void LogClosed(ILogger log, long connectionId, ConnectionCloseCause cause, EvaluatorExit exit);

    [LoggerMessage(EventId = 303, Level = LogLevel.Warning, Message = "Connection refused: {Reason} ({Unsaid} others since the last such line)")]
    private static partial void LogRefused(ILogger log, string reason, long unsaid);

    [LoggerMessage(EventId = 304, Level = LogLevel.Error, Message = "Connection {ConnectionId} closed: no evaluator could be started")]
    private static partial void LogStartFailed(ILogger log, Exception error, long connectionId);

    [LoggerMessage(EventId = 305, Level = LogLevel.Warning, Message = "Evaluator of connection {ConnectionId} says: {Line}")]
    private static partial void LogErrorLine(ILogger log, long connectionId, string line);

    [LoggerMessage(EventId = 306, Level = LogLevel.Warning, Message = "A connection could not be accepted")]
    private static partial void LogAcceptFailed(ILogger log, Exception error);

    [LoggerMessage(EventId = 307, Level = LogLevel.Information, Message = "Stopped; no evaluator is left")]
    private static partial void LogStopped(ILogger log);

    [LoggerMessage(EventId = 308, Level = LogLevel.Debug, Message = "Evaluator {ProcessId} is {What}")]
    private static partial void LogSignalled(ILogger log, int processId, string what);

    [LoggerMessage(EventId = 330, Level = LogLevel.Critical, Message = "The lock-down of the evaluators is not in force, so none is offered: {Reason}")]
    private static partial void LogLockDownFailed(ILogger log, string reason);

    [LoggerMessage(EventId = 331, Level = LogLevel.Warning, Message = "Evaluators are offered without lock-down, as configured: {Reason}")]
    private static partial void LogNoLockDown(ILogger log, string reason);

    [LoggerMessage(EventId = 332, Level = LogLevel.Information, Message = "Accepting connections on {Endpoint}")]
    private static partial void LogReady(ILogger log, System.Net.IPEndPoint endpoint);
}
