using Microsoft.Extensions.Logging;

namespace DcpWorker.Cmdlets;

/// <summary>
/// The engine's log lines as PowerShell streams: warnings and errors are warnings (what ends a cmdlet is its error
/// record), information is verbose, the rest is debug.
/// </summary>
internal sealed class CmdletLogger<T>(CmdletOutput output) : ILogger<T>
{
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

        string text = formatter(state, exception);
        if (exception is not null)
        {
            text = $"{text} ({exception.Message})";
        }

        switch (logLevel)
        {
            case >= LogLevel.Warning:
                output.WriteWarning(text);
                break;
            case LogLevel.Information:
                output.WriteVerbose(text);
                break;
            default:
                output.WriteDebug(text);
                break;
        }
    }
}
