using DcpWorker.Engine.Sandboxes;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Sandboxes;

public sealed class SuspendableTimeTests
{
    private readonly FakeTimeProvider _inner = new();
    private readonly SuspendableTime _time;

    public SuspendableTimeTests() => _time = new SuspendableTime(_inner);

    [Fact]
    public void What_was_due_comes_later_by_as_long_as_the_clock_stood()
    {
        int fired = 0;
        using ITimer timer = _time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        _inner.Advance(TimeSpan.FromSeconds(6));
        _time.Suspend();
        _inner.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, fired);
        _time.Resume();
        _inner.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, fired);
        _inner.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, fired);
        _time.Suspend();
        _time.Resume();
        _inner.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void Elapsed_time_leaves_out_the_suspension()
    {
        long start = _time.GetTimestamp();
        _inner.Advance(TimeSpan.FromSeconds(2));
        _time.Suspend();
        _time.Suspend();
        _inner.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(TimeSpan.FromSeconds(2), _time.GetElapsedTime(start));
        _time.Resume();
        _time.Resume();
        _inner.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(5), _time.GetElapsedTime(start));
    }

    [Fact]
    public async Task Waits_that_begin_while_it_stands_are_held_too()
    {
        _time.Suspend();
        Task waiting = Task.Delay(TimeSpan.FromSeconds(5), _time);
        _inner.Advance(TimeSpan.FromMinutes(1));
        Assert.False(waiting.IsCompleted);
        _time.Resume();
        _inner.Advance(TimeSpan.FromSeconds(5));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_timer_can_be_changed_while_it_stands_repeated_and_disposed()
    {
        int fired = 0;
        ITimer timer = _time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        _time.Suspend();
        timer.Change(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2));
        _time.Resume();
        _inner.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, fired);
        _inner.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, fired);
        _inner.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, fired);
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _inner.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(2, fired);
        timer.Dispose();
        _time.Suspend();
        _time.Resume();
        _inner.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(2, fired);
    }
}
