using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Deployment;

/// <summary>
/// Gives jobs to a scheduler and gets their results. One deployer serves any number of jobs over the same connections.
/// </summary>
public sealed partial class JobDeployer : IAsyncDisposable
{
    private readonly PrivateKey _identity;
    private readonly PrivateKey _account;
    private readonly DeploymentOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ServiceConnection _jobSubmit;
    private readonly ServiceConnection _computeGroups;
    private readonly ServiceConnection _resultSubmitter;
    private readonly JobEventRouter _events;
    private readonly StoredResults _stored;

    /// <summary>Prepares a deployer; it connects with the first job.</summary>
    /// <param name="scheduler">Where the services are.</param>
    /// <param name="identity">Who deploys.</param>
    /// <param name="account">Key of the account that pays.</param>
    /// <param name="options">Time-outs and sizes.</param>
    /// <param name="connection">Times and bounds of the connections, where the scheduler's configuration does not say.</param>
    /// <param name="identities">Remembers the addresses of services; null to trust whoever answers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where to say what goes wrong.</param>
    public JobDeployer(
        SchedulerConfiguration scheduler,
        PrivateKey identity,
        PrivateKey account,
        DeploymentOptions options,
        ConnectionOptions connection,
        IdentityCache? identities,
        TimeProvider time,
        ILoggerFactory logs)
    {
        (_identity, _account, _options, _time) = (identity, account, options, time);
        _log = logs.CreateLogger<JobDeployer>();
        ILogger protocolLog = logs.CreateLogger<ServiceConnection>();
        _jobSubmit = Connect("jobSubmit");
        _computeGroups = Connect("computeGroups");
        _resultSubmitter = Connect("resultSubmitter");
        _stored = new StoredResults(scheduler.Scheduler, time);
        _events = new JobEventRouter(Connect("eventRouter"), logs.CreateLogger<JobEventRouter>());

        ServiceConnection Connect(string name) =>
            new(scheduler.Service(name), identity, scheduler.Connection(scheduler.Service(name), connection), identities, time, protocolLog);
    }

    /// <summary>Deploys a job. It is at work when this returns; results and events are read from what is returned.</summary>
    /// <param name="job">The job.</param>
    /// <param name="ct">Gives up; a job that the scheduler has already accepted is then cancelled.</param>
    /// <exception cref="DeploymentException">The scheduler refuses the job.</exception>
    /// <exception cref="ProtocolException">The connection failed too often.</exception>
    public async Task<DeployedJob> DeployAsync(JobDefinition job, CancellationToken ct)
    {
        string id = JobSubmission.NewJobId();

        // all at once: each takes as long as the submission itself
        _events.Start();
        _computeGroups.Start();
        if (job.Input is ValuesInput)
        {
            _resultSubmitter.Start();
        }

        JsValue accepted = await SubmitAsync(id, job, ct).ConfigureAwait(false);
        DeployedJob deployed = new(id, job, accepted, _identity, _jobSubmit, _resultSubmitter, _events, _stored, _options, _time, _log);
        try
        {
            // First of all: what happens before the subscription is never told.
            await _events.AddAsync(deployed, ct).ConfigureAwait(false);
            await JoinGroupsAsync(id, job, ct).ConfigureAwait(false);
            if (job.Input is ValuesInput { Values: var values })
            {
                await UploadAsync(id, values, ct).ConfigureAwait(false);
                await RequestAsync(_resultSubmitter, "closeJob", new JsObject { ["job"] = id }, new RequestOptions { Resend = true }, ct).ConfigureAwait(false);
            }

            deployed.Start();
            return deployed;
        }
        catch (Exception e)
        {
            LogDeploymentFailed(id, e.Message);
            await deployed.TryCancelAsync("the deployment failed").ConfigureAwait(false);
            await deployed.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(
            _jobSubmit.DisposeAsync().AsTask(),
            _computeGroups.DisposeAsync().AsTask(),
            _resultSubmitter.DisposeAsync().AsTask()).ConfigureAwait(false);
        _stored.Dispose();
    }

    private static async Task<JsValue> RequestAsync(
        ServiceConnection service, string operation, JsValue data, RequestOptions options, CancellationToken ct)
    {
        Response response = await service.RequestAsync(operation, data, options, ct).ConfigureAwait(false);
        return response.Success
            ? response.Payload
            : throw new DeploymentException(
                response.Payload["code"].AsString() ?? "EREFUSED",
                $"The scheduler refuses {operation}: {response.Payload["message"].AsString() ?? "it does not say why"}");
    }

    private async Task<JsValue> SubmitAsync(string id, JobDefinition job, CancellationToken ct)
    {
        JsObject data = JobSubmission.ToRequest(id, job, _account.Address);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await RequestAsync(_jobSubmit, "submit@5", data, new RequestOptions { AuthoriseWith = [_account] }, ct).ConfigureAwait(false);
            }
            catch (ProtocolException e) when (e.MayPass && attempt < _options.SubmitAttempts)
            {
                LogSubmitAgain(id, attempt, e.Message);
            }
        }
    }

    private async Task JoinGroupsAsync(string id, JobDefinition job, CancellationToken ct)
    {
        RequestOptions options = new()
        {
            Resend = true,
            DataForSession = session => new JsObject
            {
                ["job"] = id,
                ["cgArray"] = new JsArray(job.Groups.Select(g => g.ToRequest(session))),
            },
        };
        await RequestAsync(_computeGroups, "addJobToGroups", JsValue.Undefined, options, ct).ConfigureAwait(false);
    }

    private async Task UploadAsync(string id, IReadOnlyList<JsValue> values, CancellationToken ct)
    {
        SlicePiles piles = new(values, _options);
        while (piles.Next() is { } pile)
        {
            // Never sent again by itself: the scheduler might add the slices twice.
            await RequestAsync(
                _jobSubmit,
                "addSliceData",
                new JsObject { ["job"] = id, ["dataValues"] = pile },
                new RequestOptions { JsonData = true },
                ct).ConfigureAwait(false);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Job {Job}: offering it failed ({Reason}); attempt {Attempt}, trying again")]
    private partial void LogSubmitAgain(string job, int attempt, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "Job {Job}: deployment failed ({Reason}); cancelling it")]
    private partial void LogDeploymentFailed(string job, string reason);
}
