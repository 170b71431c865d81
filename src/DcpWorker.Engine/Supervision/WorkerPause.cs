namespace DcpWorker.Engine.Supervision;

/// <summary>That a worker is paused, and why.</summary>
/// <param name="Mode">What becomes of the slices in the sandboxes.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Since">When it was asked for.</param>
public sealed record WorkerPause(PauseMode Mode, string Reason, DateTimeOffset Since);
