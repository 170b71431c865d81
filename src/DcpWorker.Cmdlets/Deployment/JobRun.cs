using System.Management.Automation;
using DcpWorker.Cmdlets.JobValues;
using DcpWorker.Cmdlets.Runs;
using DcpWorker.Engine;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using Microsoft.Extensions.Logging;
using JobDefinition = DcpWorker.Engine.Deployment.JobDefinition;

namespace DcpWorker.Cmdlets.Deployment;

/// <summary>Deploys a job, writes its results, and cancels it at the scheduler when it is stopped before its end.</summary>
internal sealed class JobRun(JobRunOptions options) : IRun
{
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(10);

    public async Task RunAsync(IRunOutput output, CancellationToken stop, CancellationToken now)
    {
        using PrivateKey account = options.Account;
        ConfigurationTree tree = await ConfigurationAccess.ReadAsync(ConfigurationAccess.Sources(configRoot: null), stop).ConfigureAwait(false);
        Uri location = WorkerSettings.Scheduler(options.Scheduler ?? new Uri(tree.Get("scheduler.location").ToString() ?? "", UriKind.RelativeOrAbsolute));
        JobDefinition definition = options.ComputeGroups is { } groups
            ? options.Definition with { Groups = [.. groups.Select(g => Group(g.Resolve(tree, output.WriteWarning)))] }
            : options.Definition;
        using CmdletLogger logs = new(output);
        using PrivateKey identity = await IdentityStore.LoadOrCreateAsync(options.ResourceDirectory, stop).ConfigureAwait(false);
        using HttpClient http = new();
        SchedulerConfiguration scheduler = await SchedulerConfiguration.ReadAsync(location, NetworkSettings.Read(tree), http, stop).ConfigureAwait(false);
        IdentityCache identities = new(Path.Combine(options.ResourceDirectory, IdentityCache.FileName), logs.CreateLogger<IdentityCache>());
        JobDeployer deployer = new(scheduler, identity, account, DeploymentOptions.Default, ConnectionOptions.Default, identities, TimeProvider.System, logs);
        await using (deployer.ConfigureAwait(false))
        {
            DeployedJob job = await DeployAsync(deployer, definition, stop).ConfigureAwait(false);
            await using (job.ConfigureAwait(false))
            {
                output.WriteVerbose($"Job {job.Id} of {job.SliceCount} slices is deployed to {location}");
                await FollowAsync(job, output, stop).ConfigureAwait(false);
            }
        }
    }

    private static JobGroup Group(ComputeGroup group) => group.JoinKey == JobGroup.Public.JoinKey ? JobGroup.Public : new JobGroup(group.JoinKey, group.JoinHash);

    private static async Task<DeployedJob> DeployAsync(JobDeployer deployer, JobDefinition definition, CancellationToken stop)
    {
        try
        {
            return await deployer.DeployAsync(definition, stop).ConfigureAwait(false);
        }
        catch (DeploymentException e)
        {
            throw new CmdletException("JobRefused", ErrorCategory.PermissionDenied, $"{OneLine.Of(e.Message)} ({OneLine.Of(e.Code)})", null, e);
        }
    }

    private async Task FollowAsync(DeployedJob job, IRunOutput output, CancellationToken stop)
    {
        JobReport report = new(job, output, TimeProvider.System);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task events = report.FollowAsync(either.Token);
        try
        {
            await WriteResultsAsync(job, output, stop).ConfigureAwait(false);
        }
        catch (DeploymentException e)
        {
            (string id, ErrorCategory category) = e.Code == DeploymentException.NoResults
                ? ("ResultsMissing", ErrorCategory.InvalidResult)
                : ("JobCancelled", ErrorCategory.OperationStopped);
            throw new CmdletException(id, category, $"{OneLine.Of(e.Message)} ({OneLine.Of(e.Code)})", job.Id, e);
        }
        catch (Exception) when (!job.Completion.IsCompleted)
        {
            await CancelAsync(job, output).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await either.CancelAsync().ConfigureAwait(false);
            await events.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteResultsAsync(DeployedJob job, IRunOutput output, CancellationToken stop)
    {
        IAsyncEnumerable<JobResult> results = options.IsUnordered ? job.ReadResultsAsArrivedAsync(stop) : job.ReadResultsAsync(stop);
        await foreach (JobResult result in results.ConfigureAwait(false))
        {
            if (result.Value is JsError error)
            {
                output.WriteError(Record(result.SliceNumber, error));
            }
            else if (TryRead(result, output, out object? value))
            {
                await output.WriteObjectAsync(value).ConfigureAwait(false);
            }
        }
    }

    // What a stranger's computer sent must not cost the results of the others.
    private bool TryRead(JobResult result, IRunOutput output, out object? value)
    {
        try
        {
            value = JobValueReader.Read(result.Value);
            return true;
        }
        catch (Exception e)
        {
            (string code, ErrorCategory category) = e is CmdletException known ? (known.Code, known.Category) : ("ResultUnreadable", ErrorCategory.InvalidData);
            output.WriteError(ErrorRecords.From(new CmdletException(
                code, category, $"PowerShell cannot have the result of slice {result.SliceNumber}: {OneLine.Of(e.Message)}", Datum(result.SliceNumber), e)));
            value = null;
            return false;
        }
    }

    private object? Datum(long sliceNumber) => options.Input[(int)sliceNumber - 1];

    private ErrorRecord Record(long sliceNumber, JsError error)
    {
        WorkFunctionException exception = new(sliceNumber, error);
        ErrorRecord record = new(exception, exception.Code, ErrorCategory.InvalidResult, Datum(sliceNumber));
        record.CategoryInfo.Activity = "work function";
        return record;
    }

    // Whoever stopped it does not want to pay for what nobody takes.
    private static async Task CancelAsync(DeployedJob job, IRunOutput output)
    {
        using CancellationTokenSource limit = new(CancelLimit);
        try
        {
            await job.CancelAsync("cancelled by its owner", limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DcpException or OperationCanceledException)
        {
            output.WriteWarning($"Job {job.Id} could not be cancelled at the scheduler: {OneLine.Of(e.Message)}");
        }
    }
}
