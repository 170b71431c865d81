using System.Management.Automation;
using DcpWorker.Cmdlets.Runs;

namespace DcpWorker.Cmdlets.Jobs;

/// <summary>The streams of a job as where a run writes.</summary>
internal sealed class RunJobOutput : IRunOutput
{
    /// <summary>Remarks, warnings, errors and bars that wait to be received before the oldest make room, of each kind.</summary>
    private const int MostRemarks = 1000;

    private readonly RunJob _job;
    private readonly int? _mostObjects;
    private readonly JobStream<PSObject> _objects;
    private readonly JobStream<ErrorRecord> _errors;
    private readonly JobStream<ProgressRecord> _progress;
    private readonly JobStream<VerboseRecord> _verbose;
    private readonly JobStream<DebugRecord> _debug;
    private readonly JobStream<WarningRecord> _warnings;
    private readonly JobStream<InformationRecord> _information;
    private int _hasDropped;

    public RunJobOutput(RunJob job, int? mostObjects)
    {
        (_job, _mostObjects) = (job, mostObjects);
        _objects = new(job.Output, mostObjects);
        // Errors belong to what was asked for as much as objects do.
        _errors = new(job.Error, mostObjects is null ? null : MostRemarks);
        _progress = new(job.Progress, MostRemarks);
        _verbose = new(job.Verbose, MostRemarks);
        _debug = new(job.Debug, MostRemarks);
        _warnings = new(job.Warning, MostRemarks);
        _information = new(job.Information, MostRemarks);
    }

    /// <summary>What the bar of the whole run says.</summary>
    public string Status { get; private set; } = "";

    /// <inheritdoc/>
    public ValueTask WriteObjectAsync(object? value)
    {
        // $null is kept as such; Receive-Job passes over it.
        if (_objects.Add(value is null ? null! : PSObject.AsPSObject(value)) && Interlocked.Exchange(ref _hasDropped, 1) == 0)
        {
            WriteWarning($"More than {_mostObjects} objects wait to be received; the oldest are dropped from now on.");
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void WriteError(ErrorRecord error) => _errors.Add(error);

    /// <inheritdoc/>
    public void WriteProgress(ProgressRecord progress)
    {
        if (progress.ActivityId == 0)
        {
            Status = progress.StatusDescription;
        }

        _progress.Add(progress);
    }

    /// <inheritdoc/>
    public void WriteVerbose(string text) => _verbose.Add(new VerboseRecord(text));

    /// <inheritdoc/>
    public void WriteDebug(string text) => _debug.Add(new DebugRecord(text));

    /// <inheritdoc/>
    public void WriteWarning(string text) => _warnings.Add(new WarningRecord(text));

    /// <inheritdoc/>
    public void WriteInformation(string text, string tag)
    {
        InformationRecord record = new(text, _job.Name);
        record.Tags.Add(tag);
        _information.Add(record);
    }

    /// <inheritdoc/>
    public void SayReady(Uri location) => _job.BecomeReady(location);
}
