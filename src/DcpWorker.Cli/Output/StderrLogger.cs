using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli.Output;

/// <summary>Writes the engine's log to stderr, a line an entry.</summary>
internal sealed class StderrLogger(string category, LogLevel least) : ILogger
{
    public static ILoggerFactory Factory(bool verbose)
    {
        LogLevel least = verbose ? LogLevel.Debug : LogLevel.Warning;
        return LoggerFactory.Create(logging => logging.SetMinimumLevel(least).AddProvider(new Provider(least)));
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            string cause = exception is null ? string.Empty : $" ({exception})";
            Console.Error.WriteLine(Printable.Line($"{logLevel.ToString().ToLowerInvariant()}: {category}: {formatter(state, exception)}{cause}", 4000));
        }
    }

    private sealed class Provider(LogLevel least) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new StderrLogger(categoryName[(categoryName.LastIndexOf('.') + 1)..], least);

        public void Dispose()
        {
        }
    }
}
