using System.Globalization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Engine.Services.Notification;

/// <summary>What a worker does, on one line. Safe for threads.</summary>
internal sealed class WorkerStatusText(WorkerOptions options)
{
    private const int MostSlices = 8;

    private volatile string? _evaluators;
    private volatile string? _scheduler;

    /// <summary>Remembers what stands in the worker's way, until it no longer does.</summary>
    public void Note(WorkerEvent e)
    {
        _evaluators = e switch
        {
            EvaluatorDown x => x.Message,
            EvaluatorUp => null,
            _ => _evaluators,
        };
        _scheduler = e switch
        {
            WorkerWarning x => x.Message,
            WorkerError x => x.Message,
            FetchFailed x => $"work cannot be asked for: {x.Message}",
            ServiceDisconnected x => $"no connection to the scheduler's {x.Service} ({x.Reason})",
            ServiceConnected or FetchCompleted => null,
            _ => _scheduler,
        };
    }

    /// <summary>The line for a status.</summary>
    public string Line(WorkerStatus status) => string.Join(
        "; ", new[] { Doing(status), Done(status), Unless(status.State == WorkerState.Stopped, _evaluators), Unless(status.State == WorkerState.Stopped, _scheduler) }.Where(part => part.Length > 0));

    private string Doing(WorkerStatus status) => status.State switch
    {
        WorkerState.Initial or WorkerState.Starting => $"Connecting to {options.Scheduler}",
        WorkerState.Paused => $"Paused: {status.Pause?.Reason}",
        WorkerState.Stopping => status.SlicesWorking > 0 ? $"Stopping: {Slices(status)}" : "Stopping",
        WorkerState.Stopped => "Stopped",
        _ when status.EvaluatorDown => "Waiting for an evaluator",
        _ => status.SlicesWorking > 0 ? $"Working: {Slices(status)}, {Number(status.SlicesQueued)} waiting" : "Waiting for work",
    };

    private static string Slices(WorkerStatus status)
    {
        string[] progress = [.. status.Sandboxes.Where(s => s is { SliceNumber: not null, Percent: not null }).Select(s => $"{s.Percent:0} %")];
        string shown = progress.Length == 0 ? "" : $" ({string.Join(", ", progress.Take(MostSlices))}{(progress.Length > MostSlices ? ", …" : "")})";
        return $"{Number(status.SlicesWorking)} of {Number(status.Capacity)} sandboxes busy{shown}";
    }

    private static string Done(WorkerStatus status)
    {
        if (status.SlicesCompleted + status.SlicesFailed + status.SlicesReturned == 0)
        {
            return "";
        }

        string failed = status.SlicesFailed > 0 ? $", {Number(status.SlicesFailed)} failed" : "";
        string returned = status.SlicesReturned > 0 ? $", {Number(status.SlicesReturned)} returned" : "";
        return $"{Number(status.SlicesCompleted)} slices done{failed}{returned}, {status.Earned.ToString("0.000#####", CultureInfo.InvariantCulture)} DCC earned";
    }

    private static string Unless(bool over, string? trouble) => over ? "" : trouble ?? "";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
