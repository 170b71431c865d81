namespace DcpScheduler.Domain;

/// <summary>Tells workers what to do; called inside a lock, so it must be quick.</summary>
internal interface IWorkerCommands
{
    /// <summary>The worker is to let go of a job: to stop what it computes of it, and to free the sandboxes.</summary>
    void RemoveJob(KnownWorker worker, string jobId);
}
