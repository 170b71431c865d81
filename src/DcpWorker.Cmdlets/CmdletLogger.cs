using DcpWorker.Cmdlets.Runs;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Logging;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cmdlets;

/// <summary>
/// The engine's log lines as PowerShell streams. What is worth an admin's attention comes as events or error records
/// anyway, so only errors are warnings; warnings and information are verbose, the rest is debug. The files and syslog
/// servers of the configuration get them as from a program.
/// </summary>
internal sealed class CmdletLogger(IRunOutput output, LogDispatcher? sinks = null) : ILogger, ILoggerFactory
{
    /// <summary>The streams of a cmdlet, and the sinks of a configuration but its console.</summary>
    /// <param name="output">The cmdlet's.</param>
    /// <param name="tree">The configuration.</param>
    /// <param name="program">The program whose work the cmdlet does: what it is called in syslog.</param>
    public static CmdletLogger Start(IRunOutput output, ConfigurationTree tree, string program) => new(
        output,
        LogDispatcher.Start(LoggingConfiguration.Read(tree, program), LogSource.OfThisProcess(program), console: null, TimeProvider.System));

    /// <summary>The sinks; null when there are none.</summary>
    public LogDispatcher? Sinks => sinks;

    public ILogger CreateLogger(string categoryName) => sinks is null ? this : new Both(this, sinks.CreateLogger(categoryName));

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

    public void Dispose() => sinks?.Dispose();

    private sealed class Both(ILogger streams, ILogger sinks) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => streams.IsEnabled(logLevel) || sinks.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            streams.Log(logLevel, eventId, state, exception, formatter);
            sinks.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
