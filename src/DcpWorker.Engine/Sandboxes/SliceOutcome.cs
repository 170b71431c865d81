namespace DcpWorker.Engine.Sandboxes;

/// <summary>How a slice ended when the sandbox did its part; when it did not, a <see cref="SandboxException"/> says so.</summary>
/// <param name="Measurement">What the slice used.</param>
public abstract record SliceOutcome(SliceMeasurement Measurement);
