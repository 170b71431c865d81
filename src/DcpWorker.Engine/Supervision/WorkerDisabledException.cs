namespace DcpWorker.Engine.Supervision;

/// <summary>The scheduler has disabled this worker for good, by its command <c>kill</c>.</summary>
public sealed class WorkerDisabledException : DcpException
{
    internal WorkerDisabledException(string file)
        : base($"The scheduler has told this worker to stop for good. Find out why; to start it again, remove {file} or start with the option that confirms it.")
    {
    }

    /// <inheritdoc/>
    public override string Code => "WorkerDisabled";
}
