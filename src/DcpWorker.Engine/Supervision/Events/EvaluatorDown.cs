namespace DcpWorker.Engine.Supervision.Events;

/// <summary>No sandbox can be started; the worker keeps trying, at growing intervals.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Message">What went wrong and what to look at.</param>
public sealed record EvaluatorDown(DateTimeOffset Time, string Message) : WorkerEvent(Time);
