using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using DcpWorker.Engine.Control;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>
/// Tells what the workers of this computer do, whatever started them: those of this user, and everybody's for root. With -Watch again
/// and again: as a table that stays in its place at the console, else as objects.
/// </summary>
[Cmdlet(VerbsCommon.Get, "DcpWorker")]
[OutputType(typeof(RunningWorker))]
public sealed class GetDcpWorkerCommand : RunningWorkerCmdlet
{
    // ECMA-48: to the corner, and all below it away
    private const string Home = "\u001b[H\u001b[J";

    /// <summary>Go on until Ctrl-C.</summary>
    [Parameter]
    public SwitchParameter Watch { get; set; }

    /// <summary>Time between two looks with -Watch: seconds, or a time such as 00:00:05; a second unless given.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    private protected override bool AllByDefault => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Interval < TimeSpan.FromMilliseconds(100) || Interval > TimeSpan.FromDays(1))
        {
            ThrowTerminatingError(ErrorRecords.From(new CmdletException(
                "IntervalInvalid", ErrorCategory.InvalidArgument, "-Interval takes a tenth of a second to a day.", Interval)));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool isLive = Watch && IsLive();
        do
        {
            List<RunningWorker> workers = FindWorkers();
            if (isLive)
            {
                Show(workers);
            }
            else
            {
                WriteObject(workers, enumerateCollection: true);
            }

            if (Watch)
            {
                Run((_, cancellationToken) => Task.Delay(Interval, cancellationToken));
            }
        }
        while (Watch);
    }

    /// <summary>Whether there is a console to draw on, and nobody else who takes the objects.</summary>
    private bool IsLive() => MyInvocation.PipelinePosition == MyInvocation.PipelineLength && Host is { Name: "ConsoleHost", UI.SupportsVirtualTerminal: true };

    private void Show(List<RunningWorker> workers)
    {
        int width = Math.Max(40, Host.UI.RawUI.BufferSize.Width);
        Collection<PSObject> text = InvokeCommand.InvokeScript(
            "$input | Microsoft.PowerShell.Utility\\Out-String -Width " + width.ToString(CultureInfo.InvariantCulture),
            useNewScope: true,
            System.Management.Automation.Runspaces.PipelineResultTypes.None,
            workers);
        string table = workers.Count == 0 ? "No worker runs here that you may see.\n" : string.Concat(text.Select(t => t.ToString())).Trim('\r', '\n') + "\n";
        PSHostUserInterface ui = Host.UI;
        ui.Write(Home + table + $"{DateTime.Now:HH:mm:ss}, every {Interval.TotalSeconds:0.##} s; Ctrl-C ends it.\n");
    }
}
