using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Services;
using DcpWorker.Engine.Supervision.Artifacts;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.Fetching;
using DcpWorker.Engine.Supervision.Inventory;
using DcpWorker.Engine.Supervision.Jobs;
using DcpWorker.Engine.Supervision.Pausing;
using DcpWorker.Engine.Supervision.Results;
using DcpWorker.Engine.Supervision.Running;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision;

/// <summary>Everything that lives from the moment the scheduler is known to the end of the worker, put together and taken apart.</summary>
internal sealed partial class WorkerSession : IAsyncDisposable
{
    /// <summary>How long results that an earlier process left may hold up the first request for work.</summary>
    private static readonly TimeSpan LeftResultsPatience = TimeSpan.FromSeconds(15);

    /// <summary>How long the scheduler may take to answer the worker's last words when it has to end now.</summary>
    private static readonly TimeSpan HardStopPatience = TimeSpan.FromSeconds(0.7);

    private readonly WorkerOptions _options;
    private readonly WorkerEventHub _events;
    private readonly LoopPulse _pulse;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly HttpClient _http = ArtifactFetcher.CreateClient();
    private readonly SchedulerServices _services;
    private readonly ResultJournal _journal;
    private readonly IReadOnlyList<PendingResult> _left;
    private readonly ArtifactFetcher _fetcher;
    private readonly ResultSubmitter _results;
    private readonly SandboxPool _pool;
    private readonly Supervisor _supervisor;
    private readonly TaskRequest _request;
    private readonly FetchCycle _cycle;
    private readonly LocalEvaluators _evaluators;
    private readonly PauseControl _pause;
    private readonly SchedulerCommands _commands;

    public WorkerSession(
        WorkerOptions options,
        string workerId,
        PrivateKey identity,
        SchedulerConfiguration scheduler,
        WorkerEventHub events,
        LoopPulse pulse,
        TimeProvider time,
        ILoggerFactory logs)
    {
        (_options, _events, _pulse, _time) = (options, events, pulse, time);
        _log = logs.CreateLogger("DcpWorker.Supervisor");
        SupervisorTuning tuning = options.Tuning;
        _services = new SchedulerServices(scheduler, identity, options, events, time, logs);
        PersistentRequests Persistent(ServiceConnection service) => new(service.RequestAsync, tuning, time, _log, _lifetime.Token);
        PersistentRequests toSubmitter = Persistent(_services.ResultSubmitter);

        OriginPolicy origins = new(scheduler.Scheduler, options.AllowedOrigins);
        _fetcher = new ArtifactFetcher(origins, _http, tuning, time);
        JobLoader loader = new(_fetcher);
        ModuleGroups modules = new(_services.PackageManager.RequestAsync, _fetcher, tuning);
        _journal = ResultJournal.Open(options.ResourceDirectory, options.Scheduler, tuning.MaxJournalSize, tuning.MaxResultAge, time, _log, out _left);
        _results = new ResultSubmitter(toSubmitter, _journal, tuning, time, _log, _lifetime.Token);
        StatusReporter status = new(workerId, toSubmitter, tuning, time, _log);
        WorkEmitter emitter = new(workerId, Persistent(_services.EventRouter), time, _log);
        ILogger sandboxLog = logs.CreateLogger("DcpWorker.Sandbox");
        _pool = new SandboxPool(
            ct => Sandbox.StartAsync(options.Evaluator, options.SandboxOptions, time, sandboxLog, ct),
            Math.Max(1, options.MaxSandboxes ?? options.Sandboxes),
            tuning,
            time,
            events,
            _log);
        _supervisor = new Supervisor(
            new SupervisorParts
            {
                Options = options,
                WorkerId = workerId,
                Events = events,
                Pool = _pool,
                Loader = loader,
                Fetcher = _fetcher,
                Modules = modules,
                Runner = new SliceRunner(pool: _pool, loader, modules, new SandboxFetch(origins, _http, tuning, time), status, emitter, events, time),
                Results = _results,
                Status = status,
                Emitter = emitter,
                Time = time,
                Lifetime = _lifetime.Token,
            },
            _log);
        _evaluators = new LocalEvaluators(_log);
        _request = new TaskRequest(options, workerId, TaskRequest.SignReturnAll(workerId, identity));
        _cycle = new FetchCycle(_supervisor, _services, _request, origins, options, events, pulse, time, _log);
        _supervisor.WorkWanted = _cycle.Signal;
        _pause = new PauseControl(_supervisor, _pool, _evaluators, tuning, events, time, _log);
        _commands = new SchedulerCommands(workerId, identity.Address, events, time, _log);
        _commands.Attach(_services.EventRouter);
    }

    /// <summary>Told when the worker has a reason of its own to stop: the reason, and whether it is to stop at once.</summary>
    public required Action<string, bool> StopWanted { get; init; }

    /// <summary>Told when the scheduler wants the worker to stop: for good, unless the argument is true.</summary>
    public required Action<bool> Kill { get; init; }

    /// <summary>Pauses, changes how, or (null) goes on.</summary>
    public void SetPause(PauseMode? mode) => _pause.Set(mode);

    /// <summary>Has the supervisor look whether there is something to be started.</summary>
    public void Dispatch()
    {
        if (!_lifetime.IsCancellationRequested)
        {
            _supervisor.Dispatch();
        }
    }

    /// <summary>Fetches and computes until cancelled.</summary>
    public async Task RunAsync(Action working, CancellationToken ct)
    {
        _supervisor.LimitReached = () => StopWanted("as many slices as asked for are done", false);
        _cycle.IdleTooLong = () => StopWanted("no work for as long as was to be waited", false);
        _cycle.Betrayed = (code, message) =>
        {
            _events.Publish(new WorkerError(_time.GetUtcNow(), code, message));
            StopWanted(message, true);
        };
        _commands.Kill = Kill;
        _commands.Remove = id => _supervisor.RemoveJob(id, ReturnReason.Removed);
        _commands.AddPriority = Prefer;
        _commands.RemovePriority = Unprefer;
        _services.Start();
        _pool.Warm();
        try
        {
            await DeliverLeftAsync(ct).ConfigureAwait(false);
            working();
            await _cycle.RunAsync(_pool, ct).ConfigureAwait(false);
            await _pulse.WhileAsync(Task.Delay(Timeout.InfiniteTimeSpan, ct)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            LogStopping();
        }
    }

    /// <summary>
    /// Finishes what is being computed, delivers what is there and gives back the rest, within the time that the options allow;
    /// <paramref name="now"/> cuts it short.
    /// </summary>
    public async Task StopAsync(CancellationToken now)
    {
        _supervisor.Close();
        if (_pause.Mode == PauseMode.Suspend)
        {
            // they would never come to an end
            _supervisor.AbortWorking();
        }

        try
        {
            // no limit here: a slice may take a day, and whoever is in a hurry says so
            await _pulse.WhileAsync(_supervisor.NothingWorks.WaitAsync(now)).ConfigureAwait(false);
            await _pulse.WhileAsync(_supervisor.DrainAsync(now).WaitAsync(_options.Tuning.StopTimeout, _time, now)).ConfigureAwait(false);
            await SayGoodbyeAsync(_options.Tuning.StopTimeout).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            _supervisor.AbortWorking();
            await SayGoodbyeAsync(HardStopPatience).ConfigureAwait(false);
        }
    }

    /// <summary>What the evaluators of the live sandboxes use; null when nobody on this machine knows.</summary>
    public Task<IReadOnlyList<RunningEvaluator>?> EvaluatorsAsync(CancellationToken ct) =>
        _evaluators.DescribeAsync([.. _pool.Live.Select(s => s.Peer).OfType<PeerConnection>()], ct);

    /// <summary>Adds what it knows to a status.</summary>
    public WorkerStatus Describe(WorkerStatus status) => _supervisor.Describe(status) with { LastFetch = _cycle.LastAnswer };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync().ConfigureAwait(false);
        await _pause.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_pool.DisposeAsync().AsTask(), _services.DisposeAsync().AsTask()).ConfigureAwait(false);
        _journal.Dispose();
        _fetcher.Dispose();
        _results.Dispose();
        _cycle.Dispose();
        _http.Dispose();
        _lifetime.Dispose();
    }

    private void Prefer(string jobId, bool immediately)
    {
        _cycle.Choice.AddPriority(jobId);
        if (immediately)
        {
            _supervisor.ReturnOthers(_cycle.Choice.Current, ReturnReason.Priority);
        }

        _cycle.Signal();
    }

    private void Unprefer(string jobId, bool immediately)
    {
        _cycle.Choice.RemovePriority(jobId);
        if (immediately)
        {
            _supervisor.RemoveJob(jobId, ReturnReason.Priority);
        }

        _cycle.Signal();
    }

    /// <summary>
    /// Before the first request for work: with that the scheduler takes back all slices of this worker, and could refuse their
    /// results.
    /// </summary>
    private async Task DeliverLeftAsync(CancellationToken ct)
    {
        if (_left.Count == 0)
        {
            return;
        }

        LogLeft(_left.Count);
        Task delivered = Task.WhenAll(_left.Select(DeliverLeftAsync));
        try
        {
            await _pulse.WhileAsync(delivered.WaitAsync(LeftResultsPatience, _time, ct)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogLeftLate();
        }
    }

    private async Task DeliverLeftAsync(PendingResult result)
    {
        try
        {
            ResultVerdict verdict = await _results.DeliverAsync(result, Task.CompletedTask).ConfigureAwait(false);
            DateTimeOffset now = _time.GetUtcNow();
            _events.Publish(verdict.Accepted
                ? new ResultSubmitted(now, result.JobId, result.SliceNumber, result.Size)
                : new ResultRefused(now, result.JobId, result.SliceNumber, verdict.Code, verdict.Message));
        }
        catch (OperationCanceledException)
        {
            LogLeftLate();
        }
    }

    private async Task SayGoodbyeAsync(TimeSpan patience)
    {
        try
        {
            using CancellationTokenSource limit = new(patience, _time);
            await _pulse.WhileAsync(_services.TaskDistributor.RequestAsync("requestTask@3", _request.ReturnAll(), null, limit.Token)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ProtocolException)
        {
            // the scheduler finds out by the leases
            LogNoGoodbye(e.Message);
        }
    }

    [LoggerMessage(EventId = 4611, Level = LogLevel.Debug, Message = "No more work is fetched")]
    private partial void LogStopping();

    [LoggerMessage(EventId = 4612, Level = LogLevel.Information, Message = "{Count} results that an earlier process left are delivered first")]
    private partial void LogLeft(int count);

    [LoggerMessage(EventId = 4613, Level = LogLevel.Warning, Message = "Results that an earlier process left cannot be delivered yet")]
    private partial void LogLeftLate();

    [LoggerMessage(EventId = 4614, Level = LogLevel.Information, Message = "The scheduler could not be told that this worker ends: {Reason}")]
    private partial void LogNoGoodbye(string reason);
}
