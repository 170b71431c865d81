using System.Management.Automation;
using DcpWorker.Engine.Control;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>
/// Asks running workers to stop: they finish what is in their sandboxes and give back the rest, or give everything back with -Now,
/// which may follow a stop without. Does not wait for the end.
/// </summary>
[Cmdlet(VerbsLifecycle.Stop, "DcpWorker", SupportsShouldProcess = true)]
[OutputType(typeof(RunningWorker))]
public sealed class StopDcpWorkerCommand : RunningWorkerCmdlet
{
    /// <summary>Give back what is in the sandboxes, too, instead of finishing it.</summary>
    [Parameter]
    public SwitchParameter Now { get; set; }

    /// <summary>Write the workers as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (RunningWorker worker in FindWorkers())
        {
            if (ShouldProcess(Name(worker), Now ? "stop, and give back what it computes" : "stop when what it computes is finished")
                && Ask(worker, ct => RunningWorkers.StopAsync(worker, Now, ct)) is { } now && PassThru)
            {
                WriteObject(now);
            }
        }
    }
}
