using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>
/// Sees to it that an exception that nobody caught reaches every sink before it ends the process. One in a task that nobody
/// waited for ends nothing in .NET; it is logged as an error.
/// </summary>
public sealed class UncaughtExceptions : IDisposable
{
    private const string Category = "Program";

    private readonly LogDispatcher _log;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _end;

    private UncaughtExceptions(LogDispatcher log, TimeProvider time, Action<Exception> end)
    {
        (_log, _time, _end) = (log, time, end);
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    /// <summary>Begins to look for them.</summary>
    /// <param name="log">Takes them.</param>
    /// <param name="time">Clock of the log.</param>
    /// <param name="end">Ends the process; called once what happened is written.</param>
    public static UncaughtExceptions Watch(LogDispatcher log, TimeProvider time, Action<Exception> end) => new(log, time, end);

    /// <summary>Looks no more.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs args)
    {
        Exception error = args.ExceptionObject as Exception ?? new InvalidOperationException($"{args.ExceptionObject} was thrown");
        // stderr is told by whoever ends the process
        _log.WriteEvent(new LogEntry(_time.GetUtcNow(), LogLevel.Critical, Category, LogText.OneLine($"Internal fault, the program ends: {error}")));
        _log.Flush(LogDispatcher.EndLimit);
        _end(error);
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs args)
    {
        args.SetObserved();
        _log.Write(new LogEntry(_time.GetUtcNow(), LogLevel.Error, Category, LogText.OneLine($"A fault that nobody waited for: {args.Exception}")));
    }
}
