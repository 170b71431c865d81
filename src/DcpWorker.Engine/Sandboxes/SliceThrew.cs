using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>The work function threw; this is delivered to the job's owner in place of a result, and the sandbox lives on.</summary>
/// <param name="Measurement">What the slice used.</param>
/// <param name="Error">What it threw, made an error by the sandbox: <c>message</c>, <c>name</c>, <c>code</c>, <c>stack</c> as far as there are any.</param>
public sealed record SliceThrew(SliceMeasurement Measurement, JsValue Error) : SliceOutcome(Measurement);
