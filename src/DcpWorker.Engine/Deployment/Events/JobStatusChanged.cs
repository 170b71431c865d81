namespace DcpWorker.Engine.Deployment.Events;

/// <summary>How far the job is.</summary>
/// <param name="Time">When it came in.</param>
/// <param name="RunStatus">The scheduler's word for it, for example <c>running</c>.</param>
/// <param name="Total">Slices in all, so far.</param>
/// <param name="Distributed">Slices handed out to workers.</param>
/// <param name="Computed">Slices with a result.</param>
public sealed record JobStatusChanged(DateTimeOffset Time, string RunStatus, long Total, long Distributed, long Computed) : JobEvent(Time);
