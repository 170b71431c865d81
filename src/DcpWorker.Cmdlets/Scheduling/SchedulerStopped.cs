namespace DcpWorker.Cmdlets.Scheduling;

/// <summary>The scheduler is over, as it was told to.</summary>
/// <param name="Time">When.</param>
public sealed record SchedulerStopped(DateTimeOffset Time) : SchedulerEvent(Time);
