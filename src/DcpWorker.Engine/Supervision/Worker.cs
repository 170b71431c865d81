using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Services;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.PauseRules;
using DcpWorker.Engine.Supervision.Pausing;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision;

/// <summary>
/// Takes work from a scheduler, has it computed by evaluators and delivers the results, until it is stopped. It can be run
/// once.
/// </summary>
public sealed partial class Worker : IAsyncDisposable
{
    /// <summary>How long a failed attempt to find the scheduler is waited out, at most.</summary>
    private static readonly TimeSpan MaxConfigurationPause = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly WorkerOptions _options;
    private readonly PrivateKey _identity;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly WorkerEventHub _events = new();
    private readonly CancellationTokenSource _softStop = new();
    private readonly CancellationTokenSource _hardStop = new();
    private readonly DisabledMark _disabled;
    private readonly WorkerId _id;
    private WorkerState _state;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PauseBook _pauses = new();
    private readonly LoopPulse _pulse = new();
    private WorkerSession? _session;
    private string? _stopReason;
    private long _startedAt;

    /// <summary>Makes a worker; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="options">What it is to do.</param>
    /// <param name="identity">Who it is for the scheduler; not disposed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where it logs.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number in the options is out of its range.</exception>
    /// <exception cref="IOException">The resource directory cannot be written.</exception>
    public Worker(WorkerOptions options, PrivateKey identity, TimeProvider time, ILoggerFactory logs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Sandboxes, 1, "Sandboxes");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSandboxes ?? 1, 1, "MaxSandboxes");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.CpuUtilization, "CpuUtilization");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.CpuUtilization, 1, "CpuUtilization");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxSlices ?? 1, "MaxSlices");
        (_options, _identity, _time, _logs) = (options, identity, time, logs);
        _log = logs.CreateLogger<Worker>();
        _disabled = new DisabledMark(options.ResourceDirectory);
        _id = WorkerId.Take(options.ResourceDirectory);
    }

    /// <summary>
    /// The worker's id at the scheduler: 22 characters, the same after every start from the same resource directory. Workers that
    /// share the directory have an id each; it is this one's until it ends or is disposed of.
    /// </summary>
    public string Id => _id.Value;

    /// <summary>
    /// Everything that happens from this call on, for any number of readers; the stream ends with the worker. A reader that is
    /// too slow loses progress and console events first, then the oldest of the others.
    /// </summary>
    public IAsyncEnumerable<WorkerEvent> Subscribe(CancellationToken ct = default) => _events.Subscribe(ct);

    /// <summary>
    /// Works until stopped, or until a limit of the options is reached. While the scheduler or the evaluators cannot be
    /// reached it keeps trying.
    /// </summary>
    /// <param name="ct">Ends it as <see cref="RequestStop(bool)"/> does: what is being computed is finished and delivered first.</param>
    /// <exception cref="WorkerDisabledException">The scheduler has told this worker to stop for good.</exception>
    /// <exception cref="SchedulerConfigurationException">The scheduler speaks another protocol, or is none.</exception>
    /// <exception cref="InvalidOperationException">It was run before.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (_state != WorkerState.Initial)
            {
                throw new InvalidOperationException("A worker runs once; make a new one.");
            }

            _state = WorkerState.Starting;
            _startedAt = _time.GetTimestamp();
        }

        using CancellationTokenRegistration stop = ct.Register(() => RequestStop());
        using CancellationTokenSource ended = new();
        Task watching = Task.CompletedTask;
        try
        {
            _disabled.ThrowIfSet(_options.StartEvenIfDisabled);
            _events.Publish(new WorkerStateChanged(_time.GetUtcNow(), WorkerState.Starting));
            watching = await StartWatchAsync(ended.Token).ConfigureAwait(false);
            if (await FindSchedulerAsync().ConfigureAwait(false) is { } scheduler)
            {
                await WorkAsync(scheduler).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            _events.Publish(new WorkerError(_time.GetUtcNow(), (e as DcpException)?.Code ?? "Fault", e.Message));
            throw;
        }
        finally
        {
            _pulse.End();
            await ended.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            Become(WorkerState.Stopped, _stopReason);
            _events.Complete();
            _id.Dispose();
            _ended.TrySetResult();
        }
    }

    /// <summary>
    /// Ends the worker. What is in the sandboxes is finished first, and everything else given back to the scheduler.
    /// </summary>
    /// <param name="now">Whether what is in the sandboxes is dropped and given back, too. Can follow a call without.</param>
    public void RequestStop(bool now = false) => RequestStop(now ? "asked to stop now" : "asked to stop", now);

    /// <summary>
    /// Has the worker fetch and start nothing until it is resumed. Each holder has its own pause, and may change it by calling
    /// again; the strongest mode of all holders' is in force (<see cref="PauseMode.Stop"/> over <see cref="PauseMode.Suspend"/> over
    /// <see cref="PauseMode.Finish"/>). A worker that is still starting is paused once it has started.
    /// </summary>
    /// <param name="mode">What becomes of the slices in the sandboxes.</param>
    /// <param name="reason">Why, in words for people.</param>
    /// <param name="holder">Whose pause it is; <see cref="Resume"/> with the same name ends it.</param>
    /// <returns>Whether the worker is not at its end: one that stops cannot be paused any more.</returns>
    public bool Pause(PauseMode mode, string reason, string holder = "user") =>
        ChangePause(book => book.Add(holder, new WorkerPause(mode, reason, _time.GetUtcNow())));

    /// <summary>Ends a pause; the worker goes on when no other holder has one.</summary>
    /// <param name="holder">Whose pause ends; null: all of them.</param>
    /// <returns>Whether the worker is not at its end.</returns>
    public bool Resume(string? holder = null) => ChangePause(book => book.Remove(holder));

    /// <summary>What the worker is doing at the moment.</summary>
    public WorkerStatus Status()
    {
        WorkerSession? session;
        WorkerStatus status;
        lock (_gate)
        {
            session = _session;
            status = new WorkerStatus
            {
                WorkerId = Id,
                State = _state,
                Pause = _pauses.Current,
                Uptime = _state == WorkerState.Initial ? TimeSpan.Zero : _time.GetElapsedTime(_startedAt),
                Capacity = _options.Sandboxes,
            };
        }

        return session?.Describe(status) ?? status;
    }

    /// <summary>
    /// Completes when everything in a running worker that must go round has come round since the call: the loop that it consists of
    /// (finding the scheduler, fetching, stopping) and the supervisor. It never completes while one of them hangs. Peers that do
    /// not answer do not matter: waiting for them is bounded elsewhere.
    /// </summary>
    public async Task CheckProgressAsync(CancellationToken ct = default)
    {
        await _pulse.AskAsync().WaitAsync(ct).ConfigureAwait(false);
        WorkerSession? session;
        lock (_gate)
        {
            session = _session;
        }

        if (session is not null)
        {
            await Task.Run(session.Dispatch, ct).WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>What the evaluators that this worker is connected to use; null when nobody on this machine knows.</summary>
    internal Task<IReadOnlyList<RunningEvaluator>?> EvaluatorsAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            return _session is { } session && _state is not WorkerState.Stopped
                ? session.EvaluatorsAsync(ct)
                : Task.FromResult<IReadOnlyList<RunningEvaluator>?>(null);
        }
    }

    /// <summary>Ends the worker at once.</summary>
    public async ValueTask DisposeAsync()
    {
        bool running;
        lock (_gate)
        {
            running = _state != WorkerState.Initial;
            _state = running ? _state : WorkerState.Stopped;
        }

        RequestStop(now: true);
        if (running)
        {
            await _ended.Task.ConfigureAwait(false);
        }

        _events.Complete();
        _id.Dispose();
        _softStop.Dispose();
        _hardStop.Dispose();
    }

    private void RequestStop(string reason, bool now)
    {
        lock (_gate)
        {
            _stopReason ??= reason;
        }

        try
        {
            _softStop.Cancel();
            if (now)
            {
                _hardStop.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // it is over already
            LogLateStop();
        }
    }

    /// <summary>Has the rules for pausing looked at once, before there is work, and from then on until the token ends it.</summary>
    private async Task<Task> StartWatchAsync(CancellationToken ended)
    {
        if (_options.PauseWhen.Count == 0)
        {
            return Task.CompletedTask;
        }

        PauseWatch watch = new(
            _options.PauseWhen,
            _options.Sensors,
            (reason, holder) => Pause(_options.PauseRuleMode, reason, holder),
            holder => Resume(holder),
            warning => _events.Publish(new WorkerWarning(_time.GetUtcNow(), SensorException.PauseRuleFailed, warning)),
            _time,
            _logs.CreateLogger<PauseWatch>());
        await watch.LookAsync(_softStop.Token).ConfigureAwait(false);
        return watch.RunAsync(ended);
    }

    /// <summary>The scheduler's configuration; null when the worker was stopped before there was one.</summary>
    private async Task<SchedulerConfiguration?> FindSchedulerAsync()
    {
        using HttpClient http = new();
        TimeSpan pause = TimeSpan.FromSeconds(0.5);
        while (true)
        {
            try
            {
                return await _pulse.WhileAsync(SchedulerConfiguration.ReadAsync(_options.Scheduler, _options.Network, http, _softStop.Token)).ConfigureAwait(false);
            }
            catch (SchedulerUnreachableException e)
            {
                LogUnreachable(pause, e.Message);
                _events.Publish(new WorkerWarning(_time.GetUtcNow(), e.Code, e.Message));
            }
            catch (OperationCanceledException) when (_softStop.IsCancellationRequested)
            {
                return null;
            }

            try
            {
                await _pulse.WhileAsync(Task.Delay(pause, _time, _softStop.Token)).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return null;
            }

            pause = pause * 2 < MaxConfigurationPause ? pause * 2 : MaxConfigurationPause;
        }
    }

    private async Task WorkAsync(SchedulerConfiguration scheduler)
    {
        WorkerSession session = new(_options, Id, _identity, scheduler, _events, _pulse, _time, _logs)
        {
            StopWanted = RequestStop,
            Kill = OnKill,
        };
        await using (session.ConfigureAwait(false))
        {
            lock (_gate)
            {
                _session = session;
                session.SetPause(_pauses.Current?.Mode);
            }

            await session.RunAsync(OnWorking, _softStop.Token).ConfigureAwait(false);
            Become(WorkerState.Stopping, _stopReason);
            await session.StopAsync(_hardStop.Token).ConfigureAwait(false);
        }
    }

    private void OnWorking()
    {
        Become(WorkerState.Working);
        ChangePause(_ => { });
    }

    private bool ChangePause(Action<PauseBook> change)
    {
        WorkerPause? pause;
        lock (_gate)
        {
            if (_state is WorkerState.Stopping or WorkerState.Stopped)
            {
                return false;
            }

            WorkerPause? before = _state == WorkerState.Paused ? _pauses.Current : null;
            change(_pauses);
            pause = _pauses.Current;
            _session?.SetPause(pause?.Mode);
            if (_state is not (WorkerState.Working or WorkerState.Paused) || pause == before)
            {
                return true;
            }

            _state = pause is null ? WorkerState.Working : WorkerState.Paused;
            _events.Publish(new WorkerStateChanged(_time.GetUtcNow(), _state, pause?.Reason));
        }

        LogState(pause is null ? WorkerState.Working : WorkerState.Paused, pause?.Reason ?? "");
        return true;
    }

    private void OnKill(bool temporary)
    {
        if (!temporary)
        {
            _disabled.Set(_time.GetUtcNow());
        }

        RequestStop("the scheduler said so", now: true);
    }

    private void Become(WorkerState state, string? reason = null)
    {
        lock (_gate)
        {
            if (_state == state)
            {
                return;
            }

            _state = state;
        }

        LogState(state, reason ?? "");
        _events.Publish(new WorkerStateChanged(_time.GetUtcNow(), state, reason));
    }

    [LoggerMessage(EventId = 4601, Level = LogLevel.Information, Message = "The worker is {State} {Reason}")]
    private partial void LogState(WorkerState state, string reason);

    [LoggerMessage(EventId = 4602, Level = LogLevel.Warning, Message = "Trying again in {Pause}: {Reason}")]
    private partial void LogUnreachable(TimeSpan pause, string reason);

    [LoggerMessage(EventId = 4603, Level = LogLevel.Debug, Message = "Asked to stop after the end")]
    private partial void LogLateStop();
}
