using System.Management.Automation;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Has running workers take no more work until they are resumed. Slices that wait go back to the scheduler.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "DcpWorker", SupportsShouldProcess = true)]
[OutputType(typeof(RunningWorker))]
public sealed class SuspendDcpWorkerCommand : RunningWorkerCmdlet
{
    /// <summary>
    /// What becomes of the slices in sandboxes: Finish (unless given) finishes them, Suspend stops their processes until the worker is
    /// resumed, Stop gives them back at once.
    /// </summary>
    [Parameter]
    public PauseMode Mode { get; set; } = PauseMode.Finish;

    /// <summary>Why; shown with the worker.</summary>
    [Parameter]
    [ValidateLength(1, 200)]
    public string Reason { get; set; } = "Suspend-DcpWorker";

    /// <summary>Write the workers as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (RunningWorker worker in FindWorkers())
        {
            if (ShouldProcess(Name(worker), $"suspend ({Mode})")
                && Ask(worker, ct => RunningWorkers.PauseAsync(worker, Mode, Reason, ct)) is { } now && PassThru)
            {
                WriteObject(now);
            }
        }
    }
}
