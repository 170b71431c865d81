using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>The log as a part of the program sees it.</summary>
internal sealed class DispatchedLogger(LogDispatcher log, string category, TimeProvider time) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string text = formatter(state, exception);
        log.Write(new LogEntry(time.GetUtcNow(), logLevel, category, LogText.OneLine(exception is null ? text : $"{text} ({exception})"))
        {
            Id = eventId.Id,
        });
    }
}
