using System.Globalization;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Cli.Output;

/// <summary>The events of a worker as lines for people. Says less than the JSON form: what repeats for each slice is one line.</summary>
internal sealed class WorkerEventOutput(bool verbose)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, string> _jobNames = [];
    private readonly Dictionary<int, DateTimeOffset> _lastProgress = [];

    /// <summary>The line for an event; null when there is none.</summary>
    public string? ToLine(WorkerEvent e) => Describe(e) is { } text
        ? (EventLines.IsJournal ? "" : e.Time.ToLocalTime().ToString("HH:mm:ss  ", CultureInfo.InvariantCulture)) + Printable.Line(text)
        : null;

    private string? Describe(WorkerEvent e)
    {
        switch (e)
        {
            case WorkerStateChanged x:
                return $"worker       {x.State.ToString().ToLowerInvariant()}{Reason(x.Reason)}";
            case ServiceConnected x:
                return verbose ? $"connected    {x.Service} at {x.Location}" : null;
            case ServiceDisconnected x:
                return $"disconnected {x.Service}{Reason(x.Reason)}; trying again";
            case EvaluatorDown x:
                return $"evaluator    down: {x.Message}";
            case EvaluatorUp:
                return "evaluator    up again";
            case FetchStarted x:
                return verbose ? $"fetch        asking for work for {Number(x.Cores)} cores" : null;
            case FetchCompleted x:
                return verbose || x.Slices.Count > 0 ? $"fetch        {FetchedText(x)}" : null;
            case FetchFailed x:
                return $"fetch        failed: {x.Message} ({x.Code}); trying again";
            case JobAdded x:
                _jobNames[x.JobId] = x.Name;
                return string.Join(' ', ((string[])[$"job          {x.JobId}:", x.Name, x.Description, x.Link]).Where(s => s.Length > 0));
            case JobRemoved x:
                string name = JobName(x.JobId);
                _jobNames.Remove(x.JobId);
                return verbose || x.Reason != "done" ? $"job          {name}: let go{Reason(x.Reason)}" : null;
            case SandboxReady x:
                return $"sandbox {x.SandboxId,3}  ready";
            case SandboxAssigned x:
                return verbose ? $"sandbox {x.SandboxId,3}  works for {JobName(x.JobId)}" : null;
            case SandboxTerminated x:
                _lastProgress.Remove(x.SandboxId);
                return $"sandbox {x.SandboxId,3}  ended{Reason(x.Reason)}";
            case SchedulerCommandReceived x:
                return $"scheduler    says {x.Command}: {x.Detail}";
            case WorkerWarning x:
                return $"warning      {x.Message} ({x.Code})";
            case WorkerError x:
                return $"error        {x.Message} ({x.Code})";
            default:
                return DescribeSlice(e);
        }
    }

    private string? DescribeSlice(WorkerEvent e)
    {
        switch (e)
        {
            case SliceStarted x:
                _lastProgress[x.SandboxId] = x.Time;
                return $"sandbox {x.SandboxId,3}  slice {x.SliceNumber} of {JobName(x.JobId)} started";
            case SliceProgress x:
                return ProgressText(x);
            case SliceConsole x:
                return $"sandbox {x.SandboxId,3}  slice {x.SliceNumber} console.{x.Level}: {ConsoleText.Of(x.Message)}";
            case SliceCompleted x:
                return $"sandbox {x.SandboxId,3}  slice {x.SliceNumber} of {JobName(x.JobId)} done in {Seconds(x.Elapsed)} ({Seconds(x.Cpu)} of CPU)";
            case SliceFailed x:
                string where = x.SandboxId is { } id ? $"sandbox {id,3}  slice" : "slice       ";
                return $"{where} {x.SliceNumber} of {JobName(x.JobId)} failed: {x.Message} ({x.Code}){(x.WillRetry ? "; trying again" : string.Empty)}";
            case SliceReturned x:
                return $"slice        {x.SliceNumber} of {JobName(x.JobId)} returned{Reason(x.Reason)}";
            case ResultSubmitted x:
                return verbose ? $"result       slice {x.SliceNumber} of {JobName(x.JobId)} delivered" : null;
            case ResultRefused x:
                return $"result       slice {x.SliceNumber} of {JobName(x.JobId)} refused: {x.Message} ({x.Code})";
            case PaymentReceived x:
                return $"payment      {x.Amount.ToString("0.000#####", CultureInfo.InvariantCulture)} DCC to {x.PaymentAddress}";
            default:
                return null;
        }
    }

    /// <summary>A slice that takes long says so now and then; a quick one only that it is done.</summary>
    private string? ProgressText(SliceProgress x)
    {
        if (_lastProgress.TryGetValue(x.SandboxId, out DateTimeOffset last) && x.Time - last < ProgressInterval)
        {
            return null;
        }

        _lastProgress[x.SandboxId] = x.Time;
        string how = x.Percent is { } percent && !x.Indeterminate ? $"{percent:0} %" : "working";
        return $"sandbox {x.SandboxId,3}  slice {x.SliceNumber} of {JobName(x.JobId)}: {how}";
    }

    private static string FetchedText(FetchCompleted x) => x.Slices.Count == 0
        ? "no work"
        : $"{x.Slices.Values.Sum()} slices of {x.Slices.Count} {(x.Slices.Count == 1 ? "job" : "jobs")}";

    private string JobName(string jobId) => _jobNames.GetValueOrDefault(jobId, jobId);

    private static string Reason(string? reason) => string.IsNullOrEmpty(reason) ? string.Empty : $": {reason}";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + " s";
}
