namespace DcpWorker.Engine.Supervision.Events;

/// <summary>The worker went over to another state.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="State">The state that it is in now.</param>
/// <param name="Reason">Why, when there is more to say than the state does.</param>
public sealed record WorkerStateChanged(DateTimeOffset Time, WorkerState State, string? Reason = null) : WorkerEvent(Time);
