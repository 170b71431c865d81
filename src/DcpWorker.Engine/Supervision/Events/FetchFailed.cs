namespace DcpWorker.Engine.Supervision.Events;

/// <summary>Work was asked for in vain; it is asked for again in the next cycle.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Code">Stable code of the failure.</param>
/// <param name="Message">What went wrong.</param>
public sealed record FetchFailed(DateTimeOffset Time, string Code, string Message) : WorkerEvent(Time);
