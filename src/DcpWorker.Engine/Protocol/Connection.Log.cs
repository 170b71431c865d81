using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Protocol;

/// <content>What goes to the log.</content>
public sealed partial class Connection
{
    [LoggerMessage(EventId = 2121, Level = LogLevel.Debug, Message = "Session {Session} lost its socket")]
    private partial void LogDisconnected(string? session);

    [LoggerMessage(EventId = 2122, Level = LogLevel.Debug, Message = "Session {Session} has a socket again")]
    private partial void LogResumed(string? session);

    [LoggerMessage(EventId = 2123, Level = LogLevel.Debug, Message = "Session {Session} is closed ({Code}): {Reason}")]
    private partial void LogClosed(string? session, string code, string? reason);

    [LoggerMessage(EventId = 2124, Level = LogLevel.Warning, Message = "The connection with {Peer} ends ({Code}): {Reason}")]
    private partial void LogFailed(string peer, string code, string reason);

    [LoggerMessage(EventId = 2125, Level = LogLevel.Debug, Message = "Could not connect to {Service}: {Reason}")]
    private partial void LogAttemptFailed(Uri service, string reason);

    [LoggerMessage(EventId = 2126, Level = LogLevel.Error, Message = "Looking for a socket failed because of a fault of ours")]
    private partial void LogSeekFault(Exception fault);

    [LoggerMessage(EventId = 2127, Level = LogLevel.Warning, Message = "No acknowledgement within {Limit}: giving the socket up")]
    private partial void LogRttExceeded(TimeSpan limit);

    [LoggerMessage(EventId = 2128, Level = LogLevel.Warning, Message = "A request for '{Operation}' was refused: {Reason}")]
    private partial void LogInvalid(string operation, string reason);

    [LoggerMessage(EventId = 2129, Level = LogLevel.Debug, Message = "A request for '{Operation}' was ignored in state {State}")]
    private partial void LogIgnored(string operation, ConnectionState state);

    [LoggerMessage(EventId = 2130, Level = LogLevel.Error, Message = "The handler of '{Operation}' failed")]
    private partial void LogHandlerFault(Exception fault, string operation);

    [LoggerMessage(EventId = 2131, Level = LogLevel.Warning, Message = "A batch could not be written and goes out one by one: {Reason}")]
    private partial void LogBatchFailed(string reason);

    [LoggerMessage(EventId = 2132, Level = LogLevel.Error, Message = "A message could not be written")]
    private partial void LogMessageFailed(Exception fault);
}
