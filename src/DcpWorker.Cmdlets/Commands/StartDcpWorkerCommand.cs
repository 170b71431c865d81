using System.Management.Automation;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>
/// Takes work from a scheduler, has it computed and delivers the results, until it is stopped or a limit is reached;
/// writes what happens. Ctrl-C gives what is being computed back to the scheduler.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "DcpWorker", SupportsShouldProcess = true, DefaultParameterSetName = KeystoreSet)]
[OutputType(typeof(WorkerEvent))]
public sealed class StartDcpWorkerCommand : AsyncCmdlet
{
    private const string KeystoreSet = "Keystore";
    private const string AddressSet = "PaymentAddress";

    /// <summary>Keystore of the account that is credited; only its address is read, so no passphrase is needed.</summary>
    [Parameter(ParameterSetName = KeystoreSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string? Keystore { get; set; }

    /// <summary>Address of the account that is credited.</summary>
    [Parameter(ParameterSetName = AddressSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? PaymentAddress { get; set; }

    /// <summary>Location of the scheduler; that of the public network unless given here or in DCP_SCHEDULER_LOCATION.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Scheduler { get; set; }

    /// <summary>Where evaluators are offered; tcp://localhost:9000 unless given here or in DCP_EVALUATOR_LOCATION.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Evaluator { get; set; }

    /// <summary>How many slices are computed at once; the cores of this computer less one unless given.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? Sandboxes { get; set; }

    /// <summary>Share of the sandboxes that is kept busy, above 0 up to 1; 1 unless given.</summary>
    [Parameter]
    [ValidateRange(0.01, 1.0)]
    public double Utilization { get; set; } = 1;

    /// <summary>Work for these jobs only.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? JobId { get; set; }

    /// <summary>Stop after so many slices.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? MaxSlices { get; set; }

    /// <summary>Stop after so long without work: seconds, or a time such as 00:05:00.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? ExitWhenIdle { get; set; }

    /// <summary>Folder for the worker's identity and for results that are not delivered yet; ~/.dcp unless given here or in DCP_RESOURCE_DIR.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ResourceDirectory { get; set; }

    /// <summary>Start although the scheduler has told this worker to stop for good.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ShouldProcess(Scheduler?.OriginalString ?? "the configured scheduler", "take work"))
        {
            (string? keystore, string? folder) = (FullPath(Keystore), FullPath(ResourceDirectory));
            Run((output, cancellationToken) => WorkAsync(keystore, folder, output, cancellationToken));
        }
    }

    private async Task WorkAsync(string? keystore, string? folder, CmdletOutput output, CancellationToken cancellationToken)
    {
        WorkerOptions options = await OptionsAsync(keystore, folder ?? WorkerSettings.ResourceDirectory(), cancellationToken).ConfigureAwait(false);
        using PrivateKey identity = await IdentityStore.LoadOrCreateAsync(options.ResourceDirectory, cancellationToken).ConfigureAwait(false);
        using CmdletLogger logs = new(output);
        Worker worker = new(options, identity, TimeProvider.System, logs);
        await using (worker.ConfigureAwait(false))
        {
            IAsyncEnumerable<WorkerEvent> events = worker.Subscribe(CancellationToken.None);
            using CancellationTokenRegistration stop = cancellationToken.Register(() => worker.RequestStop(now: true));
            Task run = worker.RunAsync(CancellationToken.None);
            WorkerProgress progress = new(output, worker.Status, TimeProvider.System);
            await foreach (WorkerEvent e in events.ConfigureAwait(false))
            {
                progress.Show(e);
                // Progress has a stream of its own.
                if (e is not SliceProgress && !cancellationToken.IsCancellationRequested)
                {
                    await WriteAsync(e, output, cancellationToken).ConfigureAwait(false);
                }
            }

            progress.Complete();
            await run.ConfigureAwait(false);
        }
    }

    // The worker is to give its slices back even when nobody takes its events any more.
    private static async ValueTask WriteAsync(WorkerEvent e, CmdletOutput output, CancellationToken cancellationToken)
    {
        try
        {
            await output.WriteObjectAsync(EventObject.Create(e, WorkerEventText.Describe(e)), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            output.WriteDebug("The pipeline stopped before it took this event.");
        }
    }

    private async Task<WorkerOptions> OptionsAsync(string? keystore, string folder, CancellationToken cancellationToken) =>
        new()
        {
            Scheduler = WorkerSettings.Scheduler(Scheduler),
            Evaluator = WorkerSettings.Evaluator(Evaluator),
            PaymentAddress = await WorkerSettings.PaymentAddressAsync(PaymentAddress, keystore, folder, cancellationToken).ConfigureAwait(false),
            ResourceDirectory = folder,
            Sandboxes = Sandboxes ?? WorkerOptions.DefaultSandboxes,
            CpuUtilization = Utilization,
            JobIds = JobId ?? [],
            MaxSlices = MaxSlices,
            ExitWhenIdle = ExitWhenIdle,
            StartEvenIfDisabled = Force,
        };
}
