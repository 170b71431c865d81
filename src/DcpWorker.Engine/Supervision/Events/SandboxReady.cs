namespace DcpWorker.Engine.Supervision.Events;

/// <summary>An evaluator was started and described itself; it can take any job.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="SandboxId">Number of the sandbox within this process.</param>
public sealed record SandboxReady(DateTimeOffset Time, int SandboxId) : WorkerEvent(Time);
