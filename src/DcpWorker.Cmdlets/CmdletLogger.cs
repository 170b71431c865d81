using DcpWorker.Cmdlets.Runs;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cmdlets;

/// <summary>
/// The engine's log lines as PowerShell streams. What is worth an admin's attention comes as events or error records
/// anyway, so only errors are warnings; warnings and information are verbose, the rest is debug.
/// </summary>
internal sealed class CmdletLogger(IRunOutput output) : ILogger, ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // The cmdlet is the only one there is.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Debug and < LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string text = OneLine.Of(exception is null ? formatter(state, null) : $"{formatter(state, exception)} ({exception.Message})");
        switch (logLevel)
        {
            case >= LogLevel.Error:
                output.WriteWarning(text);
                break;
            case >= LogLevel.Information:
                output.WriteVerbose(text);
                break;
            default:
                output.WriteDebug(text);
                break;
        }
    }

    public void Dispose()
    {
    }
}
