namespace DcpWorker.Engine.Supervision.Events;

/// <summary>Something that keeps the worker from doing its task; it stops, or what it was doing is lost.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Message">What it is and what to do about it.</param>
public sealed record WorkerError(DateTimeOffset Time, string Code, string Message) : WorkerEvent(Time);
