namespace DcpWorker.Engine.Deployment.Events;

/// <summary>
/// Whoever reads the events was too slow to get them all: told once, at the end of the job. Results are never among those
/// that were lost.
/// </summary>
/// <param name="Time">When the job was over.</param>
/// <param name="Count">How many events were lost.</param>
public sealed record JobEventsLost(DateTimeOffset Time, long Count) : JobEvent(Time);
