namespace DcpWorker.Engine.Supervision.Events;

/// <summary>A sandbox came to its end.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="SandboxId">Number of the sandbox within this process.</param>
/// <param name="Reason">Why, as a code or a text.</param>
public sealed record SandboxTerminated(DateTimeOffset Time, int SandboxId, string Reason) : WorkerEvent(Time);
