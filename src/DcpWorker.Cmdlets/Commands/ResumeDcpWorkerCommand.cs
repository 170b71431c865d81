using System.Management.Automation;
using DcpWorker.Engine.Control;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Has workers that are paused go on, whoever paused them.</summary>
[Cmdlet(VerbsLifecycle.Resume, "DcpWorker", SupportsShouldProcess = true)]
[OutputType(typeof(RunningWorker))]
public sealed class ResumeDcpWorkerCommand : RunningWorkerCmdlet
{
    /// <summary>Write the workers as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (RunningWorker worker in FindWorkers())
        {
            if (ShouldProcess(Name(worker), "resume") && Ask(worker, ct => RunningWorkers.ResumeAsync(worker, ct)) is { } now && PassThru)
            {
                WriteObject(now);
            }
        }
    }
}
