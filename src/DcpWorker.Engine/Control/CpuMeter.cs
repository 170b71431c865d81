namespace DcpWorker.Engine.Control;

/// <summary>Turns processor times, as they are read now and then, into a load. Safe for threads.</summary>
internal sealed class CpuMeter(TimeProvider time)
{
    /// <summary>Looks closer together than this are compared with an earlier one: ticks of the clock are 10 ms.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private (long At, TimeSpan Cpu)? _last;
    private (long At, TimeSpan Cpu)? _before;

    /// <summary>Percent of one core since the last look that is old enough; since the start for the first look.</summary>
    public double Percent(TimeSpan cpu, TimeSpan uptime)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (_last is null || time.GetElapsedTime(_last.Value.At, now) >= Shortest)
            {
                (_before, _last) = (_last, (now, cpu));
            }

            TimeSpan elapsed = _before is { } b ? time.GetElapsedTime(b.At, now) : uptime;
            TimeSpan used = cpu - (_before?.Cpu ?? TimeSpan.Zero);

            // evaluators that ended took their times with them
            return elapsed > TimeSpan.Zero && used > TimeSpan.Zero ? Math.Round(100 * (used / elapsed), 1) : 0;
        }
    }
}
