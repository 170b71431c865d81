using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Services;
using DcpWorker.Engine.Supervision.Artifacts;
using DcpWorker.Engine.Supervision.Events;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision.Fetching;

/// <summary>
/// Asks for work: at the start, whenever a slice ended and there is room, and at the watchdog's interval. One request at a
/// time. Sleeps otherwise.
/// </summary>
internal sealed partial class FetchCycle : IDisposable
{
    // a timer knows no more than 49.7 days; whoever wakes looks again
    private static readonly TimeSpan LongestIdle = TimeSpan.FromDays(1);

    private readonly Supervisor _supervisor;
    private readonly SchedulerServices _services;
    private readonly TaskRequest _request;
    private readonly OriginPolicy _origins;
    private readonly WorkerOptions _options;
    private readonly WorkerEventHub _events;
    private readonly LoopPulse _pulse;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FetchPlanner _planner;
    private readonly FetchPacer _pacer;
    private readonly SliceReport _report;
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private bool _first = true;
    private bool _wasPaused;

    public FetchCycle(
        Supervisor supervisor,
        SchedulerServices services,
        TaskRequest request,
        OriginPolicy origins,
        WorkerOptions options,
        WorkerEventHub events,
        LoopPulse pulse,
        TimeProvider time,
        ILogger log)
    {
        (_supervisor, _services, _request, _origins) = (supervisor, services, request, origins);
        (_options, _events, _pulse, _time, _log) = (options, events, pulse, time, log);
        SupervisorTuning tuning = options.Tuning;
        _planner = new FetchPlanner(supervisor.Cores, tuning.QueueTarget, tuning.MaxLoadFactor);
        _pacer = new FetchPacer(tuning.WatchdogInterval, time);
        Choice = new JobChoice(options.JobIds);
        _report = new SliceReport(tuning.SliceReportInterval, time);
        LastWork = time.GetTimestamp();
    }

    /// <summary>When the scheduler last answered; null before.</summary>
    public DateTimeOffset? LastAnswer { get; private set; }

    /// <summary>Timestamp of the last moment at which there was work.</summary>
    public long LastWork { get; private set; }

    /// <summary>Told when the scheduler does what only a broken or hostile one does. Set it before use.</summary>
    public Action<string, string> Betrayed { get; set; } = (_, _) => { };

    /// <summary>Told when there was no work for as long as the worker is to wait for some. Set it before use.</summary>
    public Action IdleTooLong { get; set; } = () => { };

    /// <summary>The jobs that work is asked of.</summary>
    public JobChoice Choice { get; }

    /// <summary>There may be room for more work.</summary>
    public void Signal()
    {
        lock (_wanted)
        {
            if (_wanted.CurrentCount == 0)
            {
                _wanted.Release();
            }
        }
    }

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(Inventory.SandboxPool pool, CancellationToken ct)
    {
        SandboxDescription sandbox = await _pulse.WhileAsync(pool.Described.WaitAsync(ct)).ConfigureAwait(false);
        while (!ct.IsCancellationRequested)
        {
            // a worker that is kept from working is not idle
            bool paused = _supervisor.IsPaused;
            if (paused || _wasPaused)
            {
                LastWork = _time.GetTimestamp();
                _wasPaused = paused;
            }

            _supervisor.Tidy();
            bool again = false;
            if (pool.DownSince is null && _pacer.Remaining <= TimeSpan.Zero)
            {
                int cores = _supervisor.WantsWork ? _planner.Plan(_supervisor.Load()) : 0;
                if (cores > 0 || _report.IsDue)
                {
                    await FetchAsync(cores, sandbox, ct).ConfigureAwait(false);

                    // after an empty answer that the scheduler held back the next request may follow at once
                    again = cores > 0 && _pacer.IsIdle && _pacer.Remaining <= TimeSpan.Zero;
                }
            }

            if (!_supervisor.IsIdle)
            {
                LastWork = _time.GetTimestamp();
            }

            if (_options.ExitWhenIdle is { } limit && _supervisor.IsIdle && !paused && _time.GetElapsedTime(LastWork) >= limit)
            {
                IdleTooLong();
                return;
            }

            if (!again)
            {
                await WaitAsync(ct).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wanted.Dispose();

    private async Task WaitAsync(CancellationToken ct)
    {
        while (true)
        {
            TimeSpan pause = _pacer.Remaining;
            bool paused = pause > TimeSpan.Zero;
            TimeSpan wait = paused ? pause : _options.Tuning.WatchdogInterval;
            if (UntilIdleTooLong is { } left && left < wait)
            {
                wait = left;
            }

            using CancellationTokenSource limit = new(wait, _time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
            try
            {
                await _pulse.WhileAsync(_wanted.WaitAsync(either.Token)).ConfigureAwait(false);
                if (!paused)
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Time that may pass without work before the worker ends; null when it never does, or has work.</summary>
    private TimeSpan? UntilIdleTooLong
    {
        get
        {
            if (_options.ExitWhenIdle is not { } limit || !_supervisor.IsIdle || _supervisor.IsPaused)
            {
                return null;
            }

            TimeSpan left = limit - _time.GetElapsedTime(LastWork);
            if (left > LongestIdle)
            {
                return LongestIdle;
            }

            return left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(1);
        }
    }

    private async Task FetchAsync(int cores, SandboxDescription sandbox, CancellationToken stop)
    {
        // a scheduler may hold the request longer than the worker is to wait; if it answers all the same, the worker's last
        // words give everything back
        using CancellationTokenSource idle = new(UntilIdleTooLong ?? Timeout.InfiniteTimeSpan, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, idle.Token);
        CancellationToken ct = either.Token;
        long start = _time.GetTimestamp();
        try
        {
            if (cores > 0)
            {
                _events.Publish(new FetchStarted(_time.GetUtcNow(), cores));
            }

            // work is no use to anybody while its results cannot be delivered
            await _pulse.WhileAsync(_services.ResultSubmitter.ConnectAsync(ct)).ConfigureAwait(false);
            IReadOnlyList<string> wanted = Choice.Current;
            Response response = await _pulse.WhileAsync(
                _services.TaskDistributor.RequestAsync("requestTask@3", JsValue.Undefined, Build(cores, wanted, sandbox), ct)).ConfigureAwait(false);
            response.ThrowIfFailed();
            LastAnswer = _time.GetUtcNow();
            Take(cores, wanted, response.Payload, _time.GetElapsedTime(start));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            LogNotWaitedFor();
        }
        catch (ProtocolException e)
        {
            _pacer.Failed();
            LogFailed(e.Code, e.Message);
            _events.Publish(new FetchFailed(_time.GetUtcNow(), e.Code, e.Message));
        }
    }

    private RequestOptions Build(int cores, IReadOnlyList<string> wanted, SandboxDescription sandbox)
    {
        (JsValue held, JsValue overdue) = (JsValue.Null, JsValue.Null);
        if (_report.IsDue && !_first)
        {
            (held, overdue) = _supervisor.Read<(JsValue, JsValue)>(w => (SliceReport.Held(w), _report.Overdue(w)));
            _report.Sent();
        }

        JsObject data = cores > 0
            ? _supervisor.Read(w => _request.Work(cores, _supervisor.Cores, sandbox, w.Jobs, wanted, _supervisor.Rejected, _supervisor.Discrete, _first, held, overdue))
            : _request.Report(held, overdue);
        return new RequestOptions
        {
            Timeout = _options.Tuning.FetchTimeout,
            DataForSession = session =>
            {
                if (cores > 0)
                {
                    data["workerComputeGroups"] = _request.ComputeGroups(session);
                }

                return data;
            },
        };
    }

    private void Take(int cores, IReadOnlyList<string> wanted, JsValue payload, TimeSpan elapsed)
    {
        if (TaskAnswer.Read(payload) is not { } answer)
        {
            throw new ProtocolException("EINVAL", "The scheduler's answer to a request for work is no such answer.");
        }

        _first &= cores == 0;
        if (_options.TrustScheduler)
        {
            _origins.AddGroups(answer.ComputeGroupOrigins);
        }

        _report.Configure(answer.Settings);
        if (cores == 0)
        {
            return;
        }

        if (wanted.Count > 0 && answer.Slices.Keys.FirstOrDefault(id => !wanted.Contains(id)) is { } unasked)
        {
            Betrayed("EUNREQUESTED", $"The scheduler sent slices of job {unasked}, which was not asked for.");
            return;
        }

        if (answer.Count == 0 && _supervisor.IsIdle)
        {
            Choice.ForgetPriorities();
        }

        _planner.Answered(cores, answer.Count);
        _pacer.Answered(answer.Count, elapsed);
        _events.Publish(new FetchCompleted(_time.GetUtcNow(), answer.Slices.ToDictionary(s => s.Key, s => s.Value.Count), elapsed));
        _supervisor.Accept(answer);
    }

    [LoggerMessage(EventId = 4402, Level = LogLevel.Debug, Message = "The answer to a request for work is not waited for any longer")]
    private partial void LogNotWaitedFor();

    [LoggerMessage(EventId = 4401, Level = LogLevel.Warning, Message = "No work could be asked for: {Code} {Reason}")]
    private partial void LogFailed(string code, string reason);
}
