using DcpWorker.Cli.Commands;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Logging;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli.Output;

/// <summary>The log of one run of a program: where the options and the configuration say, with what ends the program in it.</summary>
internal sealed class ProgramLog : IDisposable
{
    /// <summary>What a worker's log is called in syslog.</summary>
    public const string Worker = "dcp-worker";

    /// <summary>What an inet-daemon's log is called in syslog.</summary>
    public const string InetDaemon = "dcp-inet-daemon";

    private readonly UncaughtExceptions _uncaught;
    private readonly bool _hadTerminal = ControllingTerminal.Exists();

    private ProgramLog(string program, IEnumerable<LogSinkOptions> sinks)
    {
        Sinks = LogDispatcher.Start(sinks, LogSource.OfThisProcess(program), Stderr.Target(), TimeProvider.System);
        Loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(Sinks.Least).AddProvider(Sinks));
        _uncaught = UncaughtExceptions.Watch(Sinks, TimeProvider.System, e => Environment.Exit(Failure.ReportInternal(e)));
    }

    /// <summary>Loggers for the engine.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>Where they write.</summary>
    public LogDispatcher Sinks { get; }

    /// <summary>A log for a verb that only says what goes wrong, on stderr.</summary>
    public static ProgramLog OnConsole(bool verbose) => new(Worker, WithConsole([], verbose));

    /// <summary>A log as the options and the configuration want it.</summary>
    /// <param name="program">What it is called.</param>
    /// <param name="options">The values of <c>--log</c>; when there are any, the configuration's sinks are not used.</param>
    /// <param name="tree">The configuration.</param>
    /// <param name="verbose">Whether the console tells everything.</param>
    public static ProgramLog Start(string program, string[]? options, ConfigurationTree tree, bool verbose) =>
        new(program, WithConsole(options is { Length: > 0 } ? Parse(options, program) : LoggingConfiguration.Read(tree, program), verbose));

    /// <summary>The sinks that options describe.</summary>
    public static IReadOnlyList<LogSinkOptions> Parse(string[] options, string program)
    {
        List<LogSinkOptions> sinks = [.. options.Select(text => LogSinkText.Parse(text, program))];
        return sinks.OfType<ConsoleSinkOptions>().Count() <= 1 ? sinks : throw new UsageException($"There is one console: give {LogOption.Name} console once.");
    }

    /// <summary>Runs the program proper; what it throws is logged before it goes on to stderr.</summary>
    public async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e)
        {
            LogLevel level = e is OperationCanceledException ? LogLevel.Information
                : Failure.ExitCodeOf(e) == ExitCode.Internal ? LogLevel.Critical : LogLevel.Error;
            Sinks.WriteEvent(new LogEntry(DateTimeOffset.UtcNow, level, "Program", LogText.OneLine($"The program ends: {Failure.Describe(e)}")));
            throw;
        }
    }

    /// <summary>
    /// What SIGHUP means: that log files were moved away and are to be opened anew, as logrotate says it. False: there are none,
    /// or the terminal that the program was started from is gone.
    /// </summary>
    public bool OnHangUp()
    {
        if (!Sinks.HasFiles || (_hadTerminal && !ControllingTerminal.Exists()))
        {
            return false;
        }

        Sinks.Reopen();
        Sinks.WriteEvent(new LogEntry(DateTimeOffset.UtcNow, LogLevel.Information, "Program", "SIGHUP: log files are opened anew"));
        return true;
    }

    /// <summary>Ends the log once it is written, within two seconds.</summary>
    public void Dispose()
    {
        Loggers.Dispose();
        Sinks.Dispose();
        _uncaught.Dispose();
    }

    // whoever says nothing about the console wants to see warnings there
    private static IEnumerable<LogSinkOptions> WithConsole(IReadOnlyList<LogSinkOptions> sinks, bool verbose)
    {
        ConsoleSinkOptions console = sinks.OfType<ConsoleSinkOptions>().LastOrDefault() ?? new ConsoleSinkOptions();
        LogLevel level = verbose && console.Level > LogLevel.Debug ? LogLevel.Debug : console.Level;
        return [console with { Level = level }, .. sinks.Where(s => s is not ConsoleSinkOptions)];
    }
}
