using System.Management.Automation;
using DcpWorker.Cmdlets.ComputeGroups;
using DcpWorker.Cmdlets.Jobs;
using DcpWorker.Cmdlets.Runs;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>
/// Takes work from a scheduler, has it computed and delivers the results, until it is stopped or a limit is reached;
/// writes what happens. Ctrl-C delivers what is finished within 0.4 s and gives the rest back to the scheduler; Stop-DcpWorker in another
/// shell, and Stop-Job for a job, let the slices in sandboxes be finished.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "DcpWorker", SupportsShouldProcess = true, DefaultParameterSetName = KeystoreSet)]
[OutputType(typeof(WorkerEvent), typeof(RunJob))]
public sealed class StartDcpWorkerCommand : RunCmdlet
{
    private const string KeystoreSet = "Keystore";
    private const string AddressSet = "PaymentAddress";

    /// <summary>Keystore of the account that is credited; only its address is read, so no passphrase is needed.</summary>
    [Parameter(ParameterSetName = KeystoreSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeystoreCompleter))]
    public string? Keystore { get; set; }

    /// <summary>Address of the account that is credited.</summary>
    [Parameter(ParameterSetName = AddressSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? PaymentAddress { get; set; }

    /// <summary>Location of the scheduler; the configuration's unless given.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Scheduler { get; set; }

    /// <summary>Where evaluators are offered; the configuration's unless given.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Evaluator { get; set; }

    /// <summary>How many slices are computed at once; the configuration's unless given.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? Sandboxes { get; set; }

    /// <summary>Share of the sandboxes that is kept busy, above 0 up to 1; the configuration's unless given.</summary>
    [Parameter]
    [ValidateRange(0.01, 1.0)]
    public double? Utilization { get; set; }

    /// <summary>
    /// Compute groups beside the public one; the configuration's unless given: join keys that the configuration knows, credentials of join key
    /// and join secret, or hashtables with JoinKey and JoinSecretFile.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ComputeGroup]
    [ArgumentCompleter(typeof(ComputeGroupCompleter))]
    public ComputeGroupArgument[]? ComputeGroup { get; set; }

    /// <summary>Leave the jobs of the public group to others.</summary>
    [Parameter]
    public SwitchParameter LeavePublicGroup { get; set; }

    /// <summary>Work for these jobs only.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunningJobCompleter))]
    public string[]? JobId { get; set; }

    /// <summary>Stop after so many slices.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? MaxSlices { get; set; }

    /// <summary>Stop after so long without work: seconds, or a time such as 00:05:00.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? ExitWhenIdle { get; set; }

    /// <summary>With -AsJob: how long slices in sandboxes may go on once the job is to stop, before they are given back; 10 seconds unless given.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan StopWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Pause by itself while one of these rules holds; the configuration's unless given. Rules are load > 4, load > 0.8 per core, battery,
    /// user-active and hours Mon-Fri 08:00-18:00, each with resume after 5min behind it if wanted, and for load resume below 3 after 5min.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? PauseWhen { get; set; }

    /// <summary>What becomes of the slices in sandboxes when a rule pauses: Suspend stops their processes, Finish finishes them, Stop gives them back at once; the configuration's unless given.</summary>
    [Parameter]
    public PauseMode? PauseMode { get; set; }

    /// <summary>Folder for the worker's identity and for results that are not delivered yet; ~/.dcp unless given here or in DCP_RESOURCE_DIR.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ResourceDirectory { get; set; }

    /// <summary>Start although the scheduler has told this worker to stop for good.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Run although PowerShell runs as root: only where root can reach nothing else, as in a container.</summary>
    [Parameter]
    public SwitchParameter AllowRoot { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess(Scheduler?.OriginalString ?? "the configured scheduler", "take work"))
        {
            return;
        }

        WorkerRunOptions options = new()
        {
            StartedBy = AsJob || Host.Name == "ServerRemoteHost" ? WorkerStarter.Job : WorkerStarter.PowerShell,
            ResourceDirectory = FullPath(ResourceDirectory) ?? WorkerSettings.ResourceDirectory(),
            Keystore = FullPath(Keystore),
            PaymentAddress = PaymentAddress,
            Scheduler = Scheduler,
            Evaluator = Evaluator,
            Sandboxes = Sandboxes,
            Utilization = Utilization,
            ComputeGroups = ComputeGroup is null ? null : [.. ComputeGroup.Select(g => g.WithFullPath(FullPath))],
            LeavePublicGroup = LeavePublicGroup,
            JobIds = JobId,
            MaxSlices = MaxSlices,
            ExitWhenIdle = ExitWhenIdle,
            PauseWhen = PauseWhen,
            PauseMode = PauseMode,
            AllowRoot = AllowRoot,
            StartEvenIfDisabled = Force,
        };
        Start(new WorkerRun(options), new JobShape("DcpWorker", JobShape.MostEvents) { StopWithin = StopWithin });
    }
}
