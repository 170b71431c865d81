namespace DcpWorker.Engine.Deployment.Events;

/// <summary>The job is over; the last event.</summary>
/// <param name="Time">When it came in.</param>
/// <param name="RunStatus"><c>finished</c> or <c>cancelled</c>.</param>
/// <param name="SliceCount">How many slices it had.</param>
/// <param name="Reason">Why, when it was cancelled.</param>
/// <param name="Code">The code that goes with the reason, when the scheduler gave one.</param>
public sealed record JobStopped(DateTimeOffset Time, string RunStatus, long SliceCount, string Reason, string? Code = null) : JobEvent(Time);
