namespace DcpWorker.Engine.Supervision.Events;

/// <summary>The scheduler sent a command or an announcement.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Command">Its name, for example <c>announce</c>.</param>
/// <param name="Detail">What it is about; may be empty. Text from the network: escape it before it is shown.</param>
public sealed record SchedulerCommandReceived(DateTimeOffset Time, string Command, string Detail) : WorkerEvent(Time);
