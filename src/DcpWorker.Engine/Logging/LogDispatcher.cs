using System.Diagnostics;
using DcpWorker.Engine.Logging.Files;
using DcpWorker.Engine.Logging.Streams;
using DcpWorker.Engine.Logging.Syslog;
using DcpWorker.Engine.Logging.Windows;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>
/// The log of a program: any number of sinks at once, each from its own level on. Logging never waits for a sink, and no
/// sink for another. At the end, what waits is written, for two seconds at most.
/// </summary>
public sealed class LogDispatcher : ILoggerProvider
{
    /// <summary>Most time that the end of a program waits for its log.</summary>
    public static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private LogPump[] _pumps = [];

    private LogDispatcher(TimeProvider time) => _time = time;

    /// <summary>The least level that any sink takes; <see cref="LogLevel.None"/> without sinks.</summary>
    public LogLevel Least => _pumps.Length == 0 ? LogLevel.None : _pumps.Min(p => p.Options.Level);

    /// <summary>Whether any sink wants to know what a worker does: every one but the console, to which it is printed.</summary>
    public bool TakesEvents => _pumps.Any(WantsEvents);

    /// <summary>Whether any sink is a file, which may be moved away while it is written.</summary>
    public bool HasFiles => _pumps.Any(p => p.Options is FileSinkOptions);

    /// <summary>
    /// Whether the events of a worker are written too (<see cref="WriteEvent"/>): what the engine says in words about the
    /// same things is then left out where they are written.
    /// </summary>
    public bool HasEvents { get; set; }

    /// <summary>Opens the sinks. One that cannot be reached now is tried again later; only one that can never work is an error.</summary>
    /// <param name="sinks">Where the log goes; those of level <see cref="LogLevel.None"/> are left out.</param>
    /// <param name="source">Who logs.</param>
    /// <param name="console">The console; null when there is none, and sinks for it are left out.</param>
    /// <param name="time">Clock of the log.</param>
    /// <exception cref="LogSinkException">A sink that this system does not have, or a file of authorities that cannot be read.</exception>
    public static LogDispatcher Start(IEnumerable<LogSinkOptions> sinks, LogSource source, ConsoleTarget? console, TimeProvider time)
    {
        // all before the first thread: one that cannot be made leaves nothing running
        List<(LogSinkOptions Options, ILogSink Sink)> made =
        [
            .. sinks.Where(s => s.Level != LogLevel.None && (console is not null || s is not ConsoleSinkOptions))
                .Select(s => (s, Create(s, source, console, time))),
        ];
        return Start(made, time);
    }

    /// <summary>As the other form, with sinks that are there already.</summary>
    internal static LogDispatcher Start(IEnumerable<(LogSinkOptions Options, ILogSink Sink)> sinks, TimeProvider time)
    {
        LogDispatcher log = new(time);
        log._pumps = [.. sinks.Select(s => new LogPump(s.Options, s.Sink, time, log.TellOthers))];
        return log;
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new DispatchedLogger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..], _time);

    /// <summary>Writes a line to every sink that takes its level.</summary>
    public void Write(LogEntry entry)
    {
        foreach (LogPump pump in _pumps)
        {
            if (entry.Level >= pump.Options.Level && !(HasEvents && WantsEvents(pump) && EventTwins.Contains(entry.Id)))
            {
                pump.Add(entry);
            }
        }
    }

    /// <summary>Writes a line that stdout has already to every other sink that takes its level.</summary>
    public void WriteEvent(LogEntry entry)
    {
        foreach (LogPump pump in _pumps)
        {
            if (entry.Level >= pump.Options.Level && WantsEvents(pump))
            {
                pump.Add(entry);
            }
        }
    }

    /// <summary>Whether any sink takes lines of a level.</summary>
    public bool IsEnabled(LogLevel level) => level != LogLevel.None && level >= Least;

    /// <summary>Opens files anew, under their names.</summary>
    public void Reopen()
    {
        foreach (LogPump pump in _pumps)
        {
            pump.Reopen();
        }
    }

    /// <summary>Waits until everything is written, but not longer than <paramref name="limit"/>.</summary>
    /// <returns>Whether it is.</returns>
    public bool Flush(TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (LogPump pump in _pumps)
        {
            pump.Press();
        }

        bool isWritten = true;
        foreach (LogPump pump in _pumps)
        {
            isWritten &= pump.WaitUntilWritten(limit - Stopwatch.GetElapsedTime(start));
        }

        return isWritten;
    }

    /// <summary>Writes what waits, within <see cref="EndLimit"/>, and ends.</summary>
    public void Dispose()
    {
        long start = Stopwatch.GetTimestamp();
        foreach (LogPump pump in _pumps)
        {
            pump.Dispose();
        }

        foreach (LogPump pump in _pumps)
        {
            pump.Join(EndLimit - Stopwatch.GetElapsedTime(start));
        }
    }

    private static bool WantsEvents(LogPump pump) => pump.Options is not ConsoleSinkOptions;

    private static ILogSink Create(LogSinkOptions options, LogSource source, ConsoleTarget? console, TimeProvider time) => options switch
    {
        FileSinkOptions file => new FileSink(file, source, time),
        SyslogSinkOptions syslog => new SyslogSink(syslog, source),
        EventLogSinkOptions => OperatingSystem.IsWindows()
            ? new EventLogSink(source)
            : throw new LogSinkException("There is an event log on Windows only. Use syslog or a file here."),
        _ => new StreamSink(console!),
    };

    // what is told of one sink must not wait behind what that sink does not take
    private void TellOthers(LogPump about, LogEntry entry)
    {
        foreach (LogPump pump in _pumps)
        {
            if (pump != about && entry.Level >= pump.Options.Level)
            {
                pump.Add(entry);
            }
        }
    }
}
