using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>
/// A sink with its queue and the thread that empties it. Whoever logs never waits. A sink that fails is tried again at
/// growing intervals; others are told once that it fails, and once that it works again.
/// </summary>
internal sealed class LogPump : IDisposable
{
    /// <summary>The category of what a log says about itself.</summary>
    public const string Category = "Logging";

    private const int BatchSize = 128;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly LogQueue _queue = new();
    private readonly ILogSink _sink;
    private readonly TimeProvider _time;
    private readonly Action<LogPump, LogEntry> _tellOthers;
    private readonly ITimer _retry;
    private readonly Thread _thread;
    private TimeSpan _pause = TimeSpan.Zero;
    private bool _isPaused;
    private bool _isPressed;
    private bool _isReopening;
    private bool _isCompleted;
    private bool _isWriting;
    private long _droppedBefore;

    /// <param name="options">What the sink is called, and its level.</param>
    /// <param name="sink">Disposed by the pump.</param>
    /// <param name="time">Clock of the intervals.</param>
    /// <param name="tellOthers">Takes what the other sinks should know about this one.</param>
    public LogPump(LogSinkOptions options, ILogSink sink, TimeProvider time, Action<LogPump, LogEntry> tellOthers)
    {
        (Options, _sink, _time, _tellOthers) = (options, sink, time, tellOthers);
        _retry = time.CreateTimer(_ => EndPause(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>What the sink was made of.</summary>
    public LogSinkOptions Options { get; }

    /// <summary>Whether it waits for its next try after a failure.</summary>
    internal bool IsWaiting
    {
        get
        {
            lock (_gate)
            {
                return _isPaused && !_isPressed && !_isWriting;
            }
        }
    }

    /// <summary>Lets the sink have a line; returns at once.</summary>
    public void Add(LogEntry entry)
    {
        lock (_gate)
        {
            if (!_isCompleted)
            {
                _queue.Add(entry);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Makes the sink look for its file by name again.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            _isReopening = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Makes a sink that waits for its next try make it now.</summary>
    public void Press()
    {
        lock (_gate)
        {
            _isPressed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until everything that was added is written.</summary>
    /// <returns>Whether it is; false when the sink failed or did not manage it in time.</returns>
    public bool WaitUntilWritten(TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_queue.HasWork || _isWriting)
            {
                TimeSpan left = limit - Stopwatch.GetElapsedTime(start);
                if (IsWaiting || left <= TimeSpan.Zero || !_thread.IsAlive)
                {
                    return false;
                }

                Monitor.Wait(_gate, left);
            }

            return true;
        }
    }

    /// <summary>Takes no more lines, writes those that wait, once, and ends.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isCompleted = true;
            _isPressed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for the end after <see cref="Complete"/>; a sink that hangs is left behind, its thread ends with the process.</summary>
    public void Join(TimeSpan limit) => _thread.Join(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);

    /// <inheritdoc/>
    public void Dispose()
    {
        Complete();
        _retry.Dispose();
    }

    private void Run()
    {
        while (WaitForWork(out LogEntry[] batch, out bool reopen))
        {
            try
            {
                if (reopen)
                {
                    _sink.Reopen();
                }

                OnWritten(batch.Length == 0 ? 0 : _sink.Write(batch));
            }
            catch (Exception e)
            {
                // whatever ails a sink must not end the program that it logs for
                OnFailed(e);
            }
        }

        _sink.Dispose();
    }

    private bool WaitForWork(out LogEntry[] batch, out bool reopen)
    {
        lock (_gate)
        {
            _isWriting = false;
            Monitor.PulseAll(_gate);
            while (!_isReopening && (!_queue.HasWork || (_isPaused && !_isPressed)))
            {
                if (_isCompleted)
                {
                    (batch, reopen) = ([], false);
                    return false;
                }

                Monitor.Wait(_gate);
            }

            reopen = _isReopening;
            batch = _isPaused && !_isPressed ? [] : _queue.Peek(BatchSize);
            _isReopening = _isPressed = false;
            _isWriting = true;
            return true;
        }
    }

    private void OnWritten(int count)
    {
        bool worksAgain;
        lock (_gate)
        {
            _queue.Remove(count);
            worksAgain = count > 0 && _pause > TimeSpan.Zero;
            if (worksAgain)
            {
                (_pause, _isPaused) = (TimeSpan.Zero, false);
            }
        }

        if (worksAgain)
        {
            long lost = _queue.DroppedInAll - _droppedBefore;
            Tell(LogLevel.Information, $"The log to {Options.Name} works again{(lost == 0 ? "" : $"; {lost} lines of it are lost")}");
        }
    }

    private void OnFailed(Exception e)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = _pause == TimeSpan.Zero;
            if (isFirst)
            {
                _droppedBefore = _queue.DroppedInAll;
            }

            _pause = isFirst ? FirstPause : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, LongestPause.Ticks));
            _isPaused = true;
            if (!_isCompleted)
            {
                _retry.Change(_pause, Timeout.InfiniteTimeSpan);
            }
        }

        if (isFirst)
        {
            Tell(LogLevel.Warning, LogText.OneLine($"The log to {Options.Name} cannot be written, trying again: {e.Message}"));
        }
    }

    private void EndPause()
    {
        lock (_gate)
        {
            _isPaused = false;
            Monitor.PulseAll(_gate);
        }
    }

    private void Tell(LogLevel level, string text) => _tellOthers(this, new LogEntry(_time.GetUtcNow(), level, Category, text));
}
