namespace DcpScheduler.Domain;

/// <summary>Wakes those who wait for work when there may be some.</summary>
internal sealed class WorkArrival
{
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next <see cref="Announce"/>. Take it before looking for work, so that none is missed.</summary>
    public Task Next => Volatile.Read(ref _arrival).Task;

    /// <summary>There may be work.</summary>
    public void Announce() =>
        Interlocked.Exchange(ref _arrival, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
