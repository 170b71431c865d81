namespace DcpWorker.Cmdlets.Scheduling;

/// <summary>The scheduler takes jobs and workers from now on.</summary>
/// <param name="Time">When.</param>
/// <param name="Uri">Where it is reached.</param>
/// <param name="ProcessId">Number of its process.</param>
/// <param name="DataPath">Folder of its database and key; null: the usual one of this user.</param>
public sealed record SchedulerStarted(DateTimeOffset Time, Uri Uri, int ProcessId, string? DataPath) : SchedulerEvent(Time);
