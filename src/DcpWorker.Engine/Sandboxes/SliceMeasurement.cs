using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>What a slice used, as the sandbox measured it. A sandbox can say what it likes: these are claims, made sane.</summary>
/// <param name="Total">From start to result.</param>
/// <param name="Cpu">In which JavaScript ran.</param>
/// <param name="WebGl">In WebGL.</param>
/// <param name="WebGpu">In WebGPU.</param>
public sealed record SliceMeasurement(TimeSpan Total, TimeSpan Cpu, TimeSpan WebGl, TimeSpan WebGpu)
{
    /// <summary>Nothing measured.</summary>
    public static SliceMeasurement Zero { get; } = new(default, default, default, default);

    internal static SliceMeasurement Parse(JsValue message) =>
        new(Time(message["total"]), Time(message["CPU"]), Time(message["webGL"]), Time(message["webGPU"]));

    // Milliseconds; anything that is none counts as 0, and nothing takes longer than a year.
    private static TimeSpan Time(JsValue milliseconds) =>
        milliseconds.AsNumber() is { } n && n > 0 ? TimeSpan.FromMilliseconds(Math.Min(n, TimeSpan.FromDays(365).TotalMilliseconds)) : TimeSpan.Zero;
}
