using System.Management.Automation;
using DcpWorker.Cmdlets.Runs;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Deployment.Events;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cmdlets.Deployment;

/// <summary>What a scheduler tells of a job beside its results: a bar, what slices write to their console, and what goes wrong.</summary>
internal sealed class JobReport(DeployedJob job, IRunOutput output, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly string _activity = $"DCP job {OneLine.Of(job.Definition.Name ?? job.Id)}";
    private readonly long _start = time.GetTimestamp();
    private long? _lastDrawn;
    private long _distributed;

    /// <summary>Tells until the job is over.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        Draw();
        try
        {
            await foreach (JobEvent e in job.ReadEventsAsync(cancellationToken).ConfigureAwait(false))
            {
                Tell(e);
            }
        }
        finally
        {
            output.WriteProgress(new ProgressRecord(0, _activity, Status()) { RecordType = ProgressRecordType.Completed });
        }
    }

    private void Tell(JobEvent e)
    {
        switch (e)
        {
            case JobStatusChanged x:
                _distributed = x.Distributed;
                break;
            case JobConsole { Level: "warn" or "error" } x:
                output.WriteWarning(OneLine.Of(ConsoleLine(x)));
                break;
            case JobConsole x:
                output.WriteInformation(OneLine.Of(ConsoleLine(x)), "console");
                break;
            case JobCustomEvent x:
                output.WriteInformation(OneLine.Of($"slice {x.SliceNumber} emits {x.Name}: {ConsoleText.Of(x.Data)}"), "event");
                break;
            // What the work function threw is its result, and an error of its own.
            case SliceError { Code: "EUNCAUGHT" } x:
                output.WriteVerbose(OneLine.Of($"slice {x.SliceNumber} failed on a worker: {x.Message} ({x.Code})"));
                break;
            case SliceError x:
                output.WriteWarning(OneLine.Of($"slice {x.SliceNumber} failed on a worker: {x.Message} ({x.Code})"));
                break;
        }

        if (_lastDrawn is not { } last || time.GetElapsedTime(last) >= Interval)
        {
            Draw();
        }
    }

    private static string ConsoleLine(JobConsole x) =>
        $"slice {x.SliceNumber} console.{x.Level}: {ConsoleText.Of(x.Message)}{(x.Repetitions > 1 ? $" ({x.Repetitions} times)" : "")}";

    private string Status() => $"{job.ResultCount} of {job.SliceCount} slices done, {Math.Max(0, _distributed - job.ResultCount)} with workers";

    private void Draw()
    {
        _lastDrawn = time.GetTimestamp();
        int done = job.ResultCount;
        output.WriteProgress(new ProgressRecord(0, _activity, Status())
        {
            PercentComplete = (int)(100L * done / job.SliceCount),
            SecondsRemaining = done == 0 ? -1 : (int)Math.Min(int.MaxValue, time.GetElapsedTime(_start).TotalSeconds / done * (job.SliceCount - done)),
        });
    }
}
