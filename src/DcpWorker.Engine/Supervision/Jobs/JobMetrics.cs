using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>
/// Moving averages of what the slices of one job cost here, beside what the scheduler says they cost elsewhere. The weight
/// of a new value is that of the network: half for short jobs, down to 2 / (n + 1) of 10 for the local average.
/// </summary>
internal sealed class JobMetrics
{
    /// <summary>Weight of a new value in a local average: 2 / (10 + 1).</summary>
    private const double LocalWeight = 2.0 / 11;

    private double _elapsed;
    private double _cpu;
    private double _variance;

    /// <summary>How often something was measured here.</summary>
    public long Measured { get; private set; }

    /// <summary>The scheduler's figure for processor time of a slice, in milliseconds; 0 when it has none.</summary>
    public double SchedulerCpuMs { get; private set; }

    private double SchedulerDensity { get; set; } = 1;

    /// <summary>Average wall-clock time of a slice; null before the first.</summary>
    public TimeSpan? Elapsed => Measured > 0 ? TimeSpan.FromMilliseconds(_elapsed) : null;

    /// <summary>What a slice is expected to take here; null when neither this worker nor the scheduler knows.</summary>
    public TimeSpan? Expected => Elapsed ?? (SchedulerCpuMs > 0 ? TimeSpan.FromMilliseconds(SchedulerCpuMs / SchedulerDensity) : null);

    /// <summary>Share of a core that a slice keeps busy, above 0 to 1.</summary>
    public double Density => Measured > 0 ? Math.Clamp(_cpu / Math.Max(_elapsed, 1), 0.01, 1) : SchedulerDensity;

    /// <summary>Average processor time of a slice here, in milliseconds; 0 before the first.</summary>
    public double CpuMs => Measured > 0 ? _cpu : 0;

    /// <summary>Beyond this age a slice is reported as overdue: two minutes and half as much again as the slowest usual one.</summary>
    public TimeSpan OverdueAfter(double factor, int cotasks)
    {
        double sigma = Math.Max(Math.Sqrt(_variance), _elapsed / 8);
        double ms = (120_000 + (1.5 * (_elapsed + (2 * sigma)))) * factor;
        return TimeSpan.FromMilliseconds(Math.Max(ms, 180_000) * (cotasks + 1));
    }

    /// <summary>Takes in what one slice cost.</summary>
    public void Add(TimeSpan elapsed, TimeSpan cpu)
    {
        double ms = Math.Max(elapsed.TotalMilliseconds, 1);
        double cpuMs = Math.Clamp(cpu.TotalMilliseconds, 1, ms);
        if (Measured++ == 0)
        {
            (_elapsed, _cpu) = (ms, cpuMs);
            return;
        }

        double difference = ms - _elapsed;
        _elapsed += LocalWeight * difference;
        _variance = (1 - LocalWeight) * (_variance + (LocalWeight * difference * difference));
        _cpu += LocalWeight * (cpuMs - _cpu);
    }

    /// <summary>Takes in the scheduler's figures (<c>metrics</c> of a job or of the answer to a result).</summary>
    public void Update(JsValue metrics)
    {
        if (metrics["sliceCPUTime"].AsNumber() is { } cpu && double.IsFinite(cpu) && cpu >= 0)
        {
            SchedulerCpuMs = cpu;
        }

        if (metrics["sliceCPUDensity"].AsNumber() is { } density && density > 0)
        {
            SchedulerDensity = Math.Clamp(density, 0.01, 1);
        }
    }

    /// <summary>
    /// How much slower this worker is than the scheduler's average, clipped to 1/8 … 8 and rounded to 1/32 towards 1; null when
    /// one of the two is unknown.
    /// </summary>
    public double? Quantum()
    {
        if (Measured == 0 || SchedulerCpuMs <= 0)
        {
            return null;
        }

        double ratio = Math.Clamp(_cpu / SchedulerCpuMs, 1.0 / 8, 8);
        return ratio > 1 ? Math.Floor(ratio * 32) / 32 : Math.Ceiling(ratio * 32) / 32;
    }
}
