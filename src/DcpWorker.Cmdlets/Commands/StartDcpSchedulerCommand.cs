using System.Globalization;
using System.Management.Automation;
using DcpWorker.Cmdlets.Jobs;
using DcpWorker.Cmdlets.Runs;
using DcpWorker.Cmdlets.Scheduling;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Runs the embedded scheduler, for one computer or one site, until it is stopped.</summary>
[Cmdlet(VerbsLifecycle.Start, "DcpScheduler", SupportsShouldProcess = true)]
[OutputType(typeof(SchedulerEvent), typeof(RunJob))]
public sealed class StartDcpSchedulerCommand : RunCmdlet
{
    private static readonly JobShape Shape = new("DcpScheduler", JobShape.MostEvents, IsOffer: true);

    /// <summary>Where to listen; 127.0.0.1:8080 unless given. Port 0 lets the system choose.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Listen { get; set; }

    /// <summary>Folder of the database and the key, made when missing; the one of this user unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>Address under which workers and deployers reach it, when it is not the one that it listens on.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? PublicUri { get; set; }

    /// <summary>A JSON file with the compute groups: a list of { joinKey, joinSecret }.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ComputeGroupFile { get; set; }

    /// <summary>After how long the slices of a worker that is silent are handed out again: seconds, or a time such as 00:05:00.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Lease { get; set; }

    /// <summary>The program, when it is not where the installation puts it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SchedulerPath { get; set; }

    /// <summary>Run although PowerShell runs as root: only where root can reach nothing else, as in a container.</summary>
    [Parameter]
    public SwitchParameter AllowRoot { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!ShouldProcess(Listen ?? "127.0.0.1:8080", "offer a scheduler"))
        {
            return;
        }

        try
        {
            string? data = FullPath(DataPath);
            Start(new SchedulerRun(SchedulerProgram.Locate(FullPath(SchedulerPath)), [.. Arguments(data)], data, AllowRoot), Shape);
        }
        catch (CmdletException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e));
        }
    }

    private IEnumerable<string> Arguments(string? data)
    {
        (string Option, string? Value)[] options =
        [
            ("--listen", Listen),
            ("--data", data),
            ("--public-url", PublicUri?.OriginalString),
            ("--compute-groups", FullPath(ComputeGroupFile)),
            ("--lease", Lease?.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
        ];
        IEnumerable<string> given = options.Where(o => o.Value is not null).SelectMany(o => (string[])[o.Option, o.Value!]);
        return AllowRoot ? given.Append("--allow-root") : given;
    }
}
