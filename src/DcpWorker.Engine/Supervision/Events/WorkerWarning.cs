namespace DcpWorker.Engine.Supervision.Events;

/// <summary>Something that its owner may want to look at; the worker goes on.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Message">What it is and what to do about it.</param>
public sealed record WorkerWarning(DateTimeOffset Time, string Code, string Message) : WorkerEvent(Time);
