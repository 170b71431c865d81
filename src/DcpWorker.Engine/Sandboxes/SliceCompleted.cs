using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>The work function returned.</summary>
/// <param name="Measurement">What the slice used.</param>
/// <param name="Result">What it returned.</param>
public sealed record SliceCompleted(SliceMeasurement Measurement, JsValue Result) : SliceOutcome(Measurement);
