namespace DcpWorker.Cmdlets.Scheduling;

/// <summary>Something that happened to the embedded scheduler.</summary>
/// <param name="Time">When.</param>
public abstract record SchedulerEvent(DateTimeOffset Time);
