namespace DcpWorker.Engine.Sandboxes;

/// <summary>
/// A clock that can be stopped: what was to happen at a time happens that much later. The time of day goes on. Safe for
/// threads.
/// </summary>
internal sealed class SuspendableTime(TimeProvider inner) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<Timer> _timers = [];
    private long? _suspendedAt;
    private long _lost;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <summary>Whether it stands.</summary>
    public bool IsSuspended
    {
        get
        {
            lock (_gate)
            {
                return _suspendedAt is not null;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return Now;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Stops.</summary>
    public void Suspend()
    {
        lock (_gate)
        {
            if (_suspendedAt is null)
            {
                _suspendedAt = inner.GetTimestamp();
                foreach (Timer timer in _timers)
                {
                    timer.Hold();
                }
            }
        }
    }

    /// <summary>Goes on.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            if (_suspendedAt is { } since)
            {
                _lost += inner.GetTimestamp() - since;
                _suspendedAt = null;
                foreach (Timer timer in _timers)
                {
                    timer.Go();
                }
            }
        }
    }

    private ITimer CreateInner(Action callback) => inner.CreateTimer(_ => callback(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private long Now => (_suspendedAt ?? inner.GetTimestamp()) - _lost;

    private sealed class Timer : ITimer
    {
        private readonly SuspendableTime _owner;
        private readonly ITimer _inner;
        private long? _due;
        private TimeSpan _period;

        public Timer(SuspendableTime owner, TimerCallback callback, object? state)
        {
            _owner = owner;
            _inner = owner.CreateInner(
                () =>
                {
                    if (Fire())
                    {
                        callback(state);
                    }
                });
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_owner._gate)
            {
                bool infinite = dueTime == Timeout.InfiniteTimeSpan;
                _due = infinite ? null : _owner.Now + (long)(dueTime.TotalSeconds * _owner.TimestampFrequency);
                _period = period;
                if (infinite)
                {
                    _owner._timers.Remove(this);
                }
                else
                {
                    _owner._timers.Add(this);
                }

                return _owner._suspendedAt is null ? Go() : Hold();
            }
        }

        public bool Hold() => _inner.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public bool Go()
        {
            if (_due is not { } due)
            {
                return Hold();
            }

            TimeSpan left = _owner.GetElapsedTime(_owner.Now, due);
            return _inner.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            lock (_owner._gate)
            {
                _owner._timers.Remove(this);
                _due = null;
            }

            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>False when the clock was stopped, or the timer changed, in the moment before.</summary>
        private bool Fire()
        {
            lock (_owner._gate)
            {
                if (_due is not { } due || _owner._suspendedAt is not null)
                {
                    return false;
                }

                if (_owner.GetElapsedTime(_owner.Now, due) > TimeSpan.FromMilliseconds(1))
                {
                    Go();
                    return false;
                }

                if (_period > TimeSpan.Zero)
                {
                    _due = _owner.Now + (long)(_period.TotalSeconds * _owner.TimestampFrequency);
                    Go();
                }
                else
                {
                    _due = null;
                    _owner._timers.Remove(this);
                }

                return true;
            }
        }
    }
}
