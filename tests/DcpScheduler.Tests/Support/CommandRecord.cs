using DcpScheduler.Domain;

namespace DcpScheduler.Tests.Support;

/// <summary>What workers were told.</summary>
internal sealed class CommandRecord : IWorkerCommands
{
    public List<(string Worker, string Job)> Removed { get; } = [];

    public void RemoveJob(KnownWorker worker, string jobId) => Removed.Add((worker.Id, jobId));
}
