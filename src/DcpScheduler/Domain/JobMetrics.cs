using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Domain;

/// <summary>Moving averages over the results of a job. Guarded by the lock of <see cref="JobBook"/>.</summary>
internal sealed class JobMetrics
{
    private const double Alpha = 0.1;

    /// <summary>CPU time of a slice in milliseconds.</summary>
    public double CpuTime { get; private set; }

    /// <summary>GPU time of a slice in milliseconds.</summary>
    public double GpuTime { get; private set; }

    /// <summary>The part of a core that a slice keeps busy, 0 to 1.</summary>
    public double CpuDensity { get; private set; } = 1;

    /// <summary>The part of a GPU that a slice keeps busy, 0 to 1.</summary>
    public double GpuDensity { get; private set; }

    /// <summary>Characters that a slice reads.</summary>
    public double InDataSize { get; private set; }

    /// <summary>Characters that a slice writes.</summary>
    public double OutDataSize { get; private set; }

    /// <summary>How many results were measured.</summary>
    public int Measured { get; private set; }

    /// <summary>How long a slice holds a sandbox; null before any was measured.</summary>
    public TimeSpan? Elapsed => Measured == 0 ? null : TimeSpan.FromMilliseconds(Math.Max(1, CpuTime / Math.Clamp(CpuDensity, 0.01, 1)));

    /// <summary>Takes in what a worker measured; numbers that cannot be are ignored.</summary>
    public void Add(JsValue measured)
    {
        double weight = Measured == 0 ? 1 : Alpha;
        CpuTime = Moved(CpuTime, measured["CPUTime"], weight, double.MaxValue);
        GpuTime = Moved(GpuTime, measured["GPUTime"], weight, double.MaxValue);
        CpuDensity = Moved(CpuDensity, measured["CPUDensity"], weight, 1);
        GpuDensity = Moved(GpuDensity, measured["GPUDensity"], weight, 1);
        InDataSize = Moved(InDataSize, measured["InDataSize"], weight, double.MaxValue);
        OutDataSize = Moved(OutDataSize, measured["OutDataSize"], weight, double.MaxValue);
        Measured++;
    }

    /// <summary>As workers know it.</summary>
    public JsObject ToJs(int lastSliceNumber) => new()
    {
        ["sliceCPUTime"] = CpuTime,
        ["sliceGPUTime"] = GpuTime,
        ["sliceCPUDensity"] = CpuDensity,
        ["sliceGPUDensity"] = GpuDensity,
        ["sliceInDataSize"] = InDataSize,
        ["sliceOutDataSize"] = OutDataSize,
        ["lastSliceNumber"] = lastSliceNumber,
        ["measuredSlices"] = Measured,
        ["alpha"] = Alpha,
    };

    private static double Moved(double old, JsValue value, double weight, double max) =>
        value.AsNumber() is { } n && n >= 0 && n <= max ? old + (weight * (n - old)) : old;
}
