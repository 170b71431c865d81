namespace DcpWorker.Engine.Supervision.Events;

/// <summary>Sandboxes can be started again after <see cref="EvaluatorDown"/>.</summary>
/// <param name="Time">When it happened.</param>
public sealed record EvaluatorUp(DateTimeOffset Time) : WorkerEvent(Time);
