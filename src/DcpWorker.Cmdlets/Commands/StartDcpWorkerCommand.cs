using System.Management.Automation;
using System.Runtime.CompilerServices;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>
/// Takes work from a scheduler, has it computed and delivers the results, until it is stopped or a limit is reached;
/// writes what happens. Ctrl-C delivers what is finished within 0.4 s and gives the rest back to the scheduler; Stop-DcpWorker in another
/// shell lets the slices in sandboxes be finished.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "DcpWorker", SupportsShouldProcess = true, DefaultParameterSetName = KeystoreSet)]
[OutputType(typeof(WorkerEvent))]
public sealed class StartDcpWorkerCommand : AsyncCmdlet
{
    private const string KeystoreSet = "Keystore";
    private const string AddressSet = "PaymentAddress";

    /// <summary>How long slices in sandboxes may go on after Ctrl-C.</summary>
    private static readonly TimeSpan SoftStop = TimeSpan.FromSeconds(0.4);

    private WorkerStarter _startedBy;

    /// <summary>Keystore of the account that is credited; only its address is read, so no passphrase is needed.</summary>
    [Parameter(ParameterSetName = KeystoreSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
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
            _startedBy = Host.Name == "ServerRemoteHost" ? WorkerStarter.Job : WorkerStarter.PowerShell;
            Run((output, cancellationToken) => WorkAsync(keystore, folder, output, cancellationToken));
        }
    }

    private async Task WorkAsync(string? keystore, string? folder, CmdletOutput output, CancellationToken cancellationToken)
    {
        WorkerOptions options = await OptionsAsync(keystore, folder ?? WorkerSettings.ResourceDirectory(), output, cancellationToken).ConfigureAwait(false);
        using PrivateKey identity = await IdentityStore.LoadOrCreateAsync(options.ResourceDirectory, cancellationToken).ConfigureAwait(false);
        using CmdletLogger logs = new(output);
        Worker worker = new(options, identity, TimeProvider.System, logs);
        await using (worker.ConfigureAwait(false))
        {
            IAsyncEnumerable<WorkerEvent> events = worker.Subscribe(CancellationToken.None);
            await using ConfiguredAsyncDisposable control = WorkerControl.Serve(worker, options, _startedBy, logs).ConfigureAwait(false);
            using CancellationTokenRegistration stop = cancellationToken.Register(() => Stop(worker));
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

    // PowerShell says once that a pipeline is to stop, and its prompt is to be back within a second: what is about to be finished is
    // delivered, the rest given back.
    private static void Stop(Worker worker)
    {
        worker.RequestStop();
        _ = Task.Delay(SoftStop, CancellationToken.None).ContinueWith(_ => worker.RequestStop(now: true), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
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

    /// <summary>The configuration, and over it the parameters.</summary>
    private async Task<WorkerOptions> OptionsAsync(string? keystore, string folder, CmdletOutput output, CancellationToken cancellationToken)
    {
        Uri? scheduler = Scheduler is null ? null : WorkerSettings.Scheduler(Scheduler);
        ConfigurationTree tree = await ConfigurationAccess.ReadAsync(ConfigurationAccess.Sources(configRoot: null), cancellationToken).ConfigureAwait(false);
        foreach (string warning in tree.Warnings)
        {
            output.WriteWarning(OneLine.Of(warning));
        }

        bool isConfigured = !tree.Get("worker.paymentAddress").IsNullish;
        Address? account = await WorkerSettings.PaymentAddressAsync(PaymentAddress, keystore, isConfigured, folder, output.WriteWarning, cancellationToken).ConfigureAwait(false);
        WorkerOptions options = WorkerConfiguration.Read(tree, account, folder);
        return options with
        {
            Scheduler = scheduler ?? options.Scheduler,
            Evaluator = Evaluator is null ? options.Evaluator : WorkerSettings.Evaluator(Evaluator),
            PaymentAddress = account ?? options.PaymentAddress,
            Sandboxes = Sandboxes ?? options.Sandboxes,
            CpuUtilization = Utilization ?? options.CpuUtilization,
            JobIds = JobId ?? options.JobIds,
            MaxSlices = MaxSlices ?? options.MaxSlices,
            ExitWhenIdle = ExitWhenIdle ?? options.ExitWhenIdle,
            StartEvenIfDisabled = Force,
        };
    }
}
