using System.Runtime.CompilerServices;
using DcpWorker.Engine;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.PauseRules;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cmdlets.Runs;

/// <summary>
/// A worker: writes what happens until it is stopped or a limit is reached. Told to stop, it finishes what is in the sandboxes, within the
/// time-outs of slices; told to end now, it gives that back.
/// </summary>
internal sealed class WorkerRun(WorkerRunOptions parameters) : IRun
{
    public async Task RunAsync(IRunOutput output, CancellationToken stop, CancellationToken now)
    {
        if (RootUser.Check("A worker", "pwsh -Command Start-DcpWorker", parameters.AllowRoot) is { } risk)
        {
            output.WriteWarning(risk);
        }

        (WorkerOptions options, ConfigurationTree tree) = await OptionsAsync(output, stop).ConfigureAwait(false);
        using PrivateKey identity = await IdentityStore.LoadOrCreateAsync(options.ResourceDirectory, stop).ConfigureAwait(false);
        using CmdletLogger logs = CmdletLogger.Start(output, tree, "dcp-worker");
        Worker worker = new(options, identity, TimeProvider.System, logs);
        await using (worker.ConfigureAwait(false))
        {
            IAsyncEnumerable<WorkerEvent> events = worker.Subscribe(CancellationToken.None);
            Task logged = WorkerEventLog.FollowAsync(worker, logs.Sinks!);
            await using ConfiguredAsyncDisposable control = WorkerControl.Serve(worker, options, parameters.StartedBy, logs.CreateLogger("DcpWorker.Control")).ConfigureAwait(false);
            using CancellationTokenRegistration stopSoftly = stop.Register(() => worker.RequestStop());
            using CancellationTokenRegistration stopNow = now.Register(() => worker.RequestStop(now: true));
            Task run = worker.RunAsync(CancellationToken.None);
            WorkerProgress progress = new(output, worker.Status, TimeProvider.System);
            await foreach (WorkerEvent e in events.ConfigureAwait(false))
            {
                progress.Show(e);
                // Progress has a stream of its own.
                if (e is not SliceProgress)
                {
                    await output.WriteObjectAsync(EventObject.Create(e, WorkerEventText.Describe(e))).ConfigureAwait(false);
                }
            }

            progress.Complete();
            await logged.ConfigureAwait(false);
            await run.ConfigureAwait(false);
        }
    }

    /// <summary>The configuration with the scheduler's tuning, and over it the parameters.</summary>
    private async Task<(WorkerOptions Options, ConfigurationTree Tree)> OptionsAsync(IRunOutput output, CancellationToken cancellationToken)
    {
        PauseRule[]? rules = parameters.PauseWhen is { } texts ? [.. texts.Select(PauseRule.Parse)] : null;
        Uri? scheduler = parameters.Scheduler is null ? null : WorkerSettings.Scheduler(parameters.Scheduler);
        ConfigurationTree tree = await ConfigurationAccess.ReadForWorkerAsync(scheduler, cancellationToken).ConfigureAwait(false);
        foreach (string warning in tree.Warnings)
        {
            output.WriteWarning(OneLine.Of(warning));
        }

        bool isConfigured = !tree.Get("worker.paymentAddress").IsNullish;
        Address? account = await WorkerSettings.PaymentAddressAsync(
            parameters.PaymentAddress, parameters.Keystore, isConfigured, parameters.ResourceDirectory, output.WriteWarning, cancellationToken).ConfigureAwait(false);
        WorkerOptions options = WorkerConfiguration.Read(tree, account, parameters.ResourceDirectory);
        options = options with
        {
            Scheduler = scheduler ?? options.Scheduler,
            Evaluator = parameters.Evaluator is null ? options.Evaluator : WorkerSettings.Evaluator(parameters.Evaluator),
            PaymentAddress = account ?? options.PaymentAddress,
            Sandboxes = parameters.Sandboxes ?? options.Sandboxes,
            CpuUtilization = parameters.Utilization ?? options.CpuUtilization,
            // Everybody belongs to the public one unless they leave it.
            ComputeGroups = parameters.ComputeGroups is { } groups
                ? [.. groups.Where(g => !g.IsPublic).Select(g => g.Resolve(tree, output.WriteWarning))]
                : options.ComputeGroups,
            LeaveGlobalGroup = parameters.LeavePublicGroup || options.LeaveGlobalGroup,
            JobIds = parameters.JobIds ?? options.JobIds,
            MaxSlices = parameters.MaxSlices ?? options.MaxSlices,
            ExitWhenIdle = parameters.ExitWhenIdle ?? options.ExitWhenIdle,
            PauseWhen = rules ?? options.PauseWhen,
            PauseRuleMode = parameters.PauseMode ?? options.PauseRuleMode,
            StartEvenIfDisabled = parameters.StartEvenIfDisabled,
        };
        return (options, tree);
    }
}
