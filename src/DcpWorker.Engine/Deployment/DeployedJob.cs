using System.Collections.Concurrent;
using DcpWorker.Engine.Deployment.Events;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Deployment;

/// <summary>A job that a scheduler has accepted.</summary>
public sealed partial class DeployedJob : IAsyncDisposable
{
    private readonly PrivateKey _identity;
    private readonly ServiceConnection _jobSubmit;
    private readonly ServiceConnection _resultSubmitter;
    private readonly JobEventRouter _router;
    private readonly StoredResults _stored;
    private readonly ConcurrentDictionary<long, Task> _fetches = new();
    private readonly DeploymentOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ResultCollection _results = new();
    private readonly Lock _adding = new();
    private readonly EventBacklog _events;
    private readonly TaskCompletionSource<JobStopped> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _lookForResults = new(0, 1);
    private readonly CancellationTokenSource _end = new();
    private Task _watch = Task.CompletedTask;

    internal DeployedJob(
        string id,
        JobDefinition definition,
        JsValue accepted,
        PrivateKey identity,
        ServiceConnection jobSubmit,
        ServiceConnection resultSubmitter,
        JobEventRouter router,
        StoredResults stored,
        DeploymentOptions options,
        TimeProvider time,
        ILogger log)
    {
        (Id, Definition, _identity, _jobSubmit, _resultSubmitter) = (id, definition, identity, jobSubmit, resultSubmitter);
        (_router, _stored, _options, _time, _log) = (router, stored, options, time, log);
        Escrow = accepted["escrow"].AsString();
        SliceCount = definition.Input.Count;
        _events = new EventBacklog(options.EventBacklog);
        Completion = CompleteAsync();
    }

    /// <summary>The job's id.</summary>
    public string Id { get; }

    /// <summary>What was deployed.</summary>
    public JobDefinition Definition { get; }

    /// <summary>The account that the credits for this job were put aside in; null when the scheduler does not tell.</summary>
    public string? Escrow { get; }

    /// <summary>How many slices it has.</summary>
    public long SliceCount { get; }

    /// <summary>How many results are here.</summary>
    public int ResultCount => _results.Count;

    /// <summary>
    /// Ends when the job is over and its results are here. Throws <see cref="DeploymentException"/> when the job was
    /// cancelled, or when it is finished and the scheduler does not give all its results;
    /// <see cref="OperationCanceledException"/> when this object was disposed of before.
    /// </summary>
    public Task Completion { get; }

    /// <summary>
    /// What the scheduler told and nobody has read yet, then what it tells; ends with the job. For one reader. A reader that is too
    /// slow loses the oldest events, which <see cref="JobEventsLost"/> counts, but no result and not the end.
    /// </summary>
    public IAsyncEnumerable<JobEvent> ReadEventsAsync(CancellationToken ct) => _events.TakeAllAsync(ct);

    /// <summary>The results in the order of the slices, each as soon as all before it are here. Any number of readers.</summary>
    /// <exception cref="DeploymentException">The job was cancelled, or the scheduler does not give all its results.</exception>
    public async IAsyncEnumerable<JobResult> ReadResultsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (JobResult result in _results.InOrderAsync(SliceCount, ct).ConfigureAwait(false))
        {
            yield return result;
        }

        await Completion.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>The results as they come in. Any number of readers.</summary>
    /// <exception cref="DeploymentException">The job was cancelled, or the scheduler does not give all its results.</exception>
    public async IAsyncEnumerable<JobResult> ReadResultsAsArrivedAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (JobResult result in _results.AsArrivedAsync(ct).ConfigureAwait(false))
        {
            yield return result;
        }

        await Completion.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Asks the scheduler to cancel the job; <see cref="Completion"/> then fails.</summary>
    /// <exception cref="DeploymentException">The scheduler refuses.</exception>
    public async Task CancelAsync(string reason, CancellationToken ct)
    {
        JsObject data = new() { ["job"] = Id, ["owner"] = _identity.Address.ToString(), ["reason"] = reason };
        Response response = await _jobSubmit.RequestAsync("cancelJob", data, new RequestOptions { AuthoriseWith = [_identity] }, ct).ConfigureAwait(false);
        if (!response.Success)
        {
            throw new DeploymentException(
                response.Payload["code"].AsString() ?? "EREFUSED",
                $"The scheduler does not cancel job {Id}: {response.Payload["message"].AsString() ?? "it does not say why"}");
        }
    }

    /// <summary>Ends the subscription to the job's events. The job itself goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        _stopped.TrySetCanceled(_end.Token);
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5), _time);
        await _router.RemoveAsync(this, limit.Token).ConfigureAwait(false);
        _lookForResults.Dispose();
        _end.Dispose();
    }

    internal IReadOnlyList<KeyValuePair<string, string>> Tokens { get; set; } = [];

    /// <summary>The session that the tokens belong to.</summary>
    internal Connection? SubscribedOver { get; set; }

    internal void Start() => _watch = WatchAsync();

    /// <summary>Something may have happened while there was no subscription.</summary>
    internal void LookForResults()
    {
        if (_lookForResults.CurrentCount == 0)
        {
            _lookForResults.Release();
        }
    }

    internal async Task TryCancelAsync(string reason)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10), _time);
        try
        {
            await CancelAsync(reason, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DcpException or OperationCanceledException)
        {
            LogNotCancelled(Id, e.Message);
        }
    }

    private async Task CompleteAsync()
    {
        JobStopped? stopped = null;
        try
        {
            stopped = await _stopped.Task.ConfigureAwait(false);
            if (stopped.RunStatus != "finished")
            {
                throw new DeploymentException(stopped.Code ?? "ECANCELLED", $"Job {Id} was {stopped.RunStatus}: {(stopped.Reason.Length > 0 ? stopped.Reason : "no reason was given")}");
            }

            await FetchMissingAsync(_end.Token).ConfigureAwait(false);
            if (_results.Missing(SliceCount, 1) is [long missing])
            {
                throw new DeploymentException(
                    DeploymentException.NoResults,
                    $"Job {Id} is finished, but the scheduler gives {_results.Count} of its {SliceCount} results only; the first that is missing is that of slice {missing}.");
            }
        }
        finally
        {
            End(stopped);
        }
    }

    private void End(JobStopped? stopped)
    {
        lock (_adding)
        {
            if (_events.Lost is > 0 and long lost)
            {
                LogEventsLost(Id, lost);
                Publish(new JobEventsLost(_time.GetUtcNow(), lost));
            }

            if (stopped is not null)
            {
                Publish(stopped);
            }

            _results.Complete();
            _events.Complete();
        }
    }

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "Job {Job}: not cancelled ({Reason})")]
    private partial void LogNotCancelled(string job, string reason);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, Message = "Job {Job}: result of slice {Slice} cannot be read: {Reason}")]
    private partial void LogBadResult(string job, long slice, string reason);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning, Message = "Job {Job}: missing results could not be fetched: {Reason}")]
    private partial void LogNotFetched(string job, string reason);

    [LoggerMessage(EventId = 14, Level = LogLevel.Warning, Message = "Job {Job}: {Count} events came faster than they were read, and are lost; results are not among them")]
    private partial void LogEventsLost(string job, long count);
}
