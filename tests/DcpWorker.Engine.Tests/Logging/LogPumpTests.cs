using System.Collections.Concurrent;
using System.Diagnostics;
using DcpWorker.Engine.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>A sink that fails or is slow costs lines of its own, never time of anybody else; and it is said how many.</summary>
public sealed class LogPumpTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly ScriptedSink _sink = new();
    private readonly ConcurrentQueue<LogEntry> _told = new();
    private readonly LogPump _pump;

    public LogPumpTests() => _pump = new LogPump(new ConsoleSinkOptions(), _sink, _time, (_, entry) => _told.Enqueue(entry));

    public void Dispose()
    {
        _sink.Open.Set();
        _pump.Dispose();
        _pump.Join(Patience);
    }

    [Fact]
    public void Lines_arrive_in_order()
    {
        for (int i = 0; i < 1000; i++)
        {
            Add($"{i}");
        }

        Assert.True(_pump.WaitUntilWritten(Patience));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), _sink.Texts);
        Assert.Empty(_told);
    }

    [Fact]
    public void A_sink_that_hangs_holds_nobody_up_and_what_it_missed_is_counted_in_its_place()
    {
        _sink.Open.Reset();
        Add("first");
        WaitUntil(() => _sink.Attempts == 1);
        for (int i = 0; i < LogQueue.Capacity + 500; i++)
        {
            Add($"{i}");
        }

        Add("the end", LogLevel.Critical);
        _sink.Open.Set();
        Assert.True(_pump.WaitUntilWritten(Patience));
        Add("later");
        Assert.True(_pump.WaitUntilWritten(Patience));

        IReadOnlyList<string> texts = _sink.Texts;
        // "first" still waited when the others came
        Assert.Equal(LogQueue.Capacity + 3, texts.Count);
        Assert.Equal(LogQueue.Capacity - 2, int.Parse(texts[^4], System.Globalization.CultureInfo.InvariantCulture));
        Assert.StartsWith("501 lines are missing here, of 2026-03-04T05:06:07Z to 2026-03-04T05:06:07Z", texts[^3], StringComparison.Ordinal);
        Assert.Equal(["the end", "later"], texts.TakeLast(2));
    }

    [Fact]
    public void Long_lines_fill_a_queue_too()
    {
        _sink.Open.Reset();
        Add("first");
        WaitUntil(() => _sink.Attempts == 1);
        string line = new('x', 8000);
        for (int i = 0; i < 1000; i++)
        {
            Add(line);
        }

        _sink.Open.Set();
        Assert.True(_pump.WaitUntilWritten(Patience));
        Assert.InRange(_sink.Texts.Sum(t => t.Length), LogQueue.MostCharacters - 8000, LogQueue.MostCharacters + 9000);
        Assert.Contains("lines are missing here", _sink.Texts[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_sink_that_fails_is_tried_again_at_growing_intervals_and_others_are_told_twice()
    {
        _sink.IsBroken = true;
        Add("a");
        WaitUntil(() => _sink.Attempts == 1 && !_told.IsEmpty);
        int attempts = 1;
        foreach (double pause in (double[])[0.5, 1, 2, 4, 8, 16, 32, 60, 60])
        {
            _time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Add("b");
            Assert.Equal(attempts, _sink.Attempts);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            attempts++;
            WaitUntil(() => _sink.Attempts == attempts && _pump.IsWaiting);
        }

        _sink.IsBroken = false;
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(_pump.WaitUntilWritten(Patience));
        WaitUntil(() => _told.Count == 2);

        Assert.Equal(["a", .. Enumerable.Repeat("b", 9)], _sink.Texts);
        Assert.Equal(
            [(LogLevel.Warning, @"The log to console cannot be written, trying again: no paper\nleft"), (LogLevel.Information, "The log to console works again")],
            _told.Select(e => (e.Level, e.Text)));
    }

    [Fact]
    public void The_end_does_not_wait_for_a_sink_that_fails_and_writes_what_waits_when_it_works()
    {
        _sink.IsBroken = true;
        Add("a");
        WaitUntil(() => _sink.Attempts == 1 && _pump.IsWaiting);
        _sink.IsBroken = false;

        _pump.Complete();
        _pump.Join(Patience);

        Assert.Equal(["a"], _sink.Texts);
        Assert.True(_sink.IsDisposed);
        Add("too late");
        Assert.Equal(["a"], _sink.Texts);
    }

    [Fact]
    public void The_end_is_bounded_for_a_sink_that_hangs()
    {
        ScriptedSink hanging = new();
        hanging.Open.Reset();
        LogDispatcher log = LogDispatcher.Start([(new ConsoleSinkOptions(), hanging)], TimeProvider.System);
        log.CreateLogger("Test").LogError("x");
        long start = Stopwatch.GetTimestamp();

        log.Dispose();

        // 2 s, and nine more for a machine that is busy
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 1.5, 11);
        hanging.Open.Set();
    }

    [Fact]
    public void Each_sink_has_its_level_and_one_that_fails_is_known_from_the_others()
    {
        ScriptedSink console = new();
        ScriptedSink file = new() { IsBroken = true };
        ScriptedSink audit = new();
        using LogDispatcher log = LogDispatcher.Start(
            [
                (new ConsoleSinkOptions { Level = LogLevel.Warning }, console),
                (new FileSinkOptions { Path = "/x", Level = LogLevel.Debug }, file),
                (new FileSinkOptions { Path = "/y", Level = LogLevel.Error }, audit),
            ],
            _time);
        ILogger logger = log.CreateLogger("DcpWorker.Engine.Part");
        Assert.Equal(LogLevel.Debug, log.Least);
        Assert.False(logger.IsEnabled(LogLevel.Trace));

        logger.LogTrace("trace");
        logger.LogDebug("debug");
        logger.LogWarning("warning {N}", 7);
        logger.LogError(new InvalidOperationException("broken\nbadly"), "error");
        log.WriteEvent(new LogEntry(_time.GetUtcNow(), LogLevel.Error, "Worker", "event"));
        log.Flush(Patience);
        file.IsBroken = false;
        Assert.True(log.Flush(Patience));
        WaitUntil(() => console.Texts.Count == 3);

        Assert.Equal(["debug", "warning 7", @"error (System.InvalidOperationException: broken\nbadly)", "event"], file.Texts);
        Assert.Equal([@"error (System.InvalidOperationException: broken\nbadly)", "event"], audit.Texts);
        Assert.Equal(
            ["The log to file /x cannot be written, trying again: no paper\\nleft", @"error (System.InvalidOperationException: broken\nbadly)", "warning 7"],
            console.Texts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_events_say_is_not_said_again_where_events_are_written()
    {
        ScriptedSink console = new();
        ScriptedSink file = new();
        using LogDispatcher log = LogDispatcher.Start([(new ConsoleSinkOptions(), console), (new FileSinkOptions { Path = "/x" }, file)], _time);
        log.HasEvents = true;

        log.CreateLogger("X").Log(LogLevel.Warning, new EventId(4301), "sandboxes cannot be started");
        log.CreateLogger("X").Log(LogLevel.Warning, new EventId(4613), "something else");
        Assert.True(log.Flush(Patience));

        Assert.Equal(["sandboxes cannot be started", "something else"], console.Texts);
        Assert.Equal(["something else"], file.Texts);
    }

    private void Add(string text, LogLevel level = LogLevel.Information) => _pump.Add(new LogEntry(_time.GetUtcNow(), level, "Test", text));

    private static void WaitUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience));
}
