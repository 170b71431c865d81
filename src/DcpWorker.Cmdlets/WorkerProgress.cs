using System.Management.Automation;
using DcpWorker.Cmdlets.Runs;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Cmdlets;

/// <summary>
/// A progress bar for the worker and one below it for each sandbox that computes. A bar is drawn at most ten times a
/// second, so that many short slices do not spend the pipeline's time on bars that nobody could read.
/// </summary>
internal sealed class WorkerProgress(IRunOutput output, Func<WorkerStatus> status, TimeProvider time)
{
    private const int WorkerBar = 0;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<int, long> _lastDrawn = [];
    private readonly HashSet<int> _shown = [];

    /// <summary>Draws what the event changes.</summary>
    public void Show(WorkerEvent e)
    {
        switch (e)
        {
            case SliceStarted x:
                ShowSandbox(x.SandboxId, x.JobId, x.SliceNumber, percent: null);
                break;
            case SliceProgress x:
                ShowSandbox(x.SandboxId, x.JobId, x.SliceNumber, x.Indeterminate ? null : x.Percent);
                break;
            case SandboxTerminated x:
                Hide(x.SandboxId + 1);
                break;
        }

        ShowWorker();
    }

    /// <summary>Takes every bar away.</summary>
    public void Complete()
    {
        foreach (int bar in _shown.ToArray())
        {
            Hide(bar);
        }
    }

    private void ShowWorker()
    {
        if (!IsDue(WorkerBar))
        {
            return;
        }

        Draw(new ProgressRecord(WorkerBar, "DCP worker", StatusText()));
    }

    private string StatusText()
    {
        WorkerStatus now = status();
        return $"{now.State}: {now.SlicesWorking} of {now.Capacity} sandboxes busy, {now.SlicesQueued} slices waiting, "
            + $"{now.SlicesCompleted} done, {now.SlicesFailed} failed, {now.Earned:0.########} DCC";
    }

    private void ShowSandbox(int sandboxId, string jobId, long sliceNumber, double? percent)
    {
        int bar = sandboxId + 1;
        if (IsDue(bar))
        {
            Draw(new ProgressRecord(bar, $"Sandbox {sandboxId}", $"slice {sliceNumber} of {jobId}")
            {
                ParentActivityId = WorkerBar,
                PercentComplete = percent is { } p ? (int)Math.Clamp(p, 0, 100) : -1,
            });
        }
    }

    private bool IsDue(int bar)
    {
        long now = time.GetTimestamp();
        if (_lastDrawn.TryGetValue(bar, out long last) && time.GetElapsedTime(last, now) < Interval)
        {
            return false;
        }

        _lastDrawn[bar] = now;
        return true;
    }

    private void Draw(ProgressRecord record)
    {
        _shown.Add(record.ActivityId);
        output.WriteProgress(record);
    }

    private void Hide(int bar)
    {
        _lastDrawn.Remove(bar);
        if (_shown.Remove(bar))
        {
            // The last words about the worker are what a job that is over still says.
            ProgressRecord last = bar == WorkerBar ? new(bar, "DCP worker", StatusText()) : new(bar, $"Sandbox {bar - 1}", "done");
            last.RecordType = ProgressRecordType.Completed;
            output.WriteProgress(last);
        }
    }
}
