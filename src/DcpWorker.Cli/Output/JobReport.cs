using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Deployment.Events;

namespace DcpWorker.Cli.Output;

/// <summary>Tells how a job goes, until it is over.</summary>
internal abstract class JobReport(DeployedJob job)
{
    protected DeployedJob Job { get; } = job;

    /// <summary>JSON lines; or results on stdout and everything else on stderr.</summary>
    public static JobReport For(DeployedJob job, bool json) => json ? new JobReportJson(job) : new JobReportText(job);

    /// <summary>Tells until the job is over; gives the exit code.</summary>
    public async Task<int> FollowAsync(CancellationToken ct)
    {
        Task<int> results = PrintResultsAsync(ct);
        await FollowEventsAsync(Job.ReadEventsAsync(ct));
        int failed = await results;
        if (failed == 0)
        {
            return ExitCode.Done;
        }

        Console.Error.WriteLine($"dcp-worker: the work function threw for {failed} of {Job.SliceCount} slices.");
        return ExitCode.Usage;
    }

    protected abstract Task FollowEventsAsync(IAsyncEnumerable<JobEvent> events);

    protected abstract void PrintResult(JobResult result);

    private async Task<int> PrintResultsAsync(CancellationToken ct)
    {
        int failed = 0;
        await foreach (JobResult result in Job.ReadResultsAsync(ct))
        {
            PrintResult(result);
            failed += result.IsError ? 1 : 0;
        }

        return failed;
    }
}
