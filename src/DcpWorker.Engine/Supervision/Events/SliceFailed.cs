namespace DcpWorker.Engine.Supervision.Events;

/// <summary>A slice could not be computed, or its work function threw (code <c>EUNCAUGHT</c>: the error is then delivered as its result).</summary>
/// <param name="Time">When it happened.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="SandboxId">The sandbox that tried; null when it did not come that far.</param>
/// <param name="Code">Stable code, for example <c>ENOPROGRESS</c>.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="WillRetry">Whether this worker tries again; otherwise the slice is returned or its error delivered.</param>
public sealed record SliceFailed(DateTimeOffset Time, string JobId, long SliceNumber, int? SandboxId, string Code, string Message, bool WillRetry) : WorkerEvent(Time);
