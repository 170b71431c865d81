using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Control;

/// <summary>Lets a worker's owner see what it does and stop, pause and resume it from other programs.</summary>
public sealed partial class WorkerControl : IControlService
{
    /// <summary>Whose pause it is; everything that comes over the socket is the owner's word.</summary>
    private const string Holder = "control";

    private const int MaxReason = 200;
    private const int MaxError = 500;
    private const int MaxName = 100;

    /// <summary>How long the inet-daemon may take to say what evaluators use before the answer goes without.</summary>
    private static readonly TimeSpan EvaluatorPatience = TimeSpan.FromSeconds(1);

    private static readonly string Version =
        typeof(WorkerControl).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private readonly Worker _worker;
    private readonly WorkerOptions _options;
    private readonly WorkerStarter _startedBy;
    private readonly int _number;
    private readonly CpuMeter _cpu = new(TimeProvider.System);
    private volatile LastWord? _lastError;

    private WorkerControl(Worker worker, WorkerOptions options, WorkerStarter startedBy, int number) =>
        (_worker, _options, _startedBy, _number) = (worker, options, startedBy, number);

    private sealed record LastWord(DateTimeOffset Time, string Text);

    /// <summary>Serves a worker on a control socket; to be disposed after the worker. It serves nothing, and a line in the log says so, when there is no place for one.</summary>
    /// <param name="worker">The worker, not yet run.</param>
    /// <param name="options">What it was made of.</param>
    /// <param name="startedBy">Who started it.</param>
    /// <param name="log">Where it logs.</param>
    public static ControlServer Serve(Worker worker, WorkerOptions options, WorkerStarter startedBy, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(worker);
        int number = ControlServer.NextNumber();
        WorkerControl control = new(worker, options, startedBy, number);
        try
        {
            ControlServer server = ControlServer.Start(ControlEndpoint.Worker, number, control, TimeProvider.System, log);
            _ = control.ListenAsync(worker.Subscribe());
            return server;
        }
        catch (ControlException e)
        {
            LogUnavailable(log, e.Message);
            return ControlServer.Nowhere(log);
        }
    }

    /// <summary>Who started a program that does not know: the service manager, or somebody else.</summary>
    public static WorkerStarter StarterOfThisProgram() =>
        // systemd.exec(5); INVOCATION_ID would not do, for everything that a service starts inherits it
        Environment.GetEnvironmentVariable("SYSTEMD_EXEC_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            ? WorkerStarter.Service
            : WorkerStarter.Program;

    async Task<ControlAnswer> IControlService.HandleAsync(ControlRequest request, CancellationToken ct)
    {
        if (request.Worker is { } meant && meant != _worker.Id)
        {
            throw new ControlException(ControlException.NotFound, $"The worker {meant} does not run any more in process {Environment.ProcessId}.");
        }

        switch (request.Op)
        {
            case ControlProtocol.Status:
                break;
            case ControlProtocol.Stop:
                _worker.RequestStop(request.Now);
                break;
            case ControlProtocol.Pause:
                string reason = request.Reason is { Length: > 0 } given ? PlainText.Of(given, MaxReason) : "asked to pause";
                ThrowUnlessDone(_worker.Pause(request.Mode, reason, Holder));
                break;
            case ControlProtocol.Resume:
                ThrowUnlessDone(_worker.Resume());
                break;
            case ControlProtocol.Wait:
                await WaitAsync(request.State, ct).ConfigureAwait(false);
                break;
            default:
                throw new ControlException(ControlException.Invalid, "A worker knows status, stop, pause, resume, wait and watch.");
        }

        return new ControlAnswer { Ok = true, Worker = await DescribeAsync(ct).ConfigureAwait(false) };
    }

    IAsyncEnumerable<JsObject>? IControlService.Watch(CancellationToken ct) => ToJsonAsync(_worker.Subscribe(ct), ct);

    private static void ThrowUnlessDone(bool done)
    {
        if (!done)
        {
            throw new ControlException(ControlException.Refused, "The worker is about to end and can be neither paused nor resumed.");
        }
    }

    private static async IAsyncEnumerable<JsObject> ToJsonAsync(IAsyncEnumerable<WorkerEvent> events, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (WorkerEvent e in events.WithCancellation(ct).ConfigureAwait(false))
        {
            yield return WorkerEventJson.ToJson(e);
        }
    }

    private async Task WaitAsync(WorkerState state, CancellationToken ct)
    {
        IAsyncEnumerable<WorkerEvent> events = _worker.Subscribe(ct);
        if (_worker.Status().State == state)
        {
            return;
        }

        await foreach (WorkerEvent e in events.ConfigureAwait(false))
        {
            if (e is WorkerStateChanged changed && changed.State == state)
            {
                return;
            }
        }

        if (state != WorkerState.Stopped)
        {
            throw new ControlException(ControlException.Ended, $"The worker stopped before it was {state}.");
        }
    }

    /// <summary>Remembers the last thing that went wrong.</summary>
    private async Task ListenAsync(IAsyncEnumerable<WorkerEvent> events)
    {
        await foreach (WorkerEvent e in events.ConfigureAwait(false))
        {
            string? text = e switch
            {
                WorkerError x => $"{x.Message} ({x.Code})",
                WorkerWarning x => $"{x.Message} ({x.Code})",
                FetchFailed x => $"No work could be asked for: {x.Message} ({x.Code})",
                EvaluatorDown x => x.Message,
                SliceFailed x => $"Slice {x.SliceNumber} of job {x.JobId}: {x.Message} ({x.Code})",
                ResultRefused x => $"The result of slice {x.SliceNumber} of job {x.JobId} was refused: {x.Message} ({x.Code})",
                _ => null,
            };
            if (text is not null)
            {
                _lastError = new LastWord(e.Time, PlainText.Of(text, MaxError));
            }
        }
    }

    private async Task<RunningWorker> DescribeAsync(CancellationToken ct)
    {
        IReadOnlyList<RunningEvaluator>? evaluators = await EvaluatorsAsync(ct).ConfigureAwait(false);
        WorkerStatus status = _worker.Status();
        TimeSpan cpu = Environment.CpuUsage.TotalTime + TimeSpan.FromTicks(evaluators?.Sum(e => e.CpuTime.Ticks) ?? 0);
        return new RunningWorker
        {
            Id = _worker.Id,
            ProcessId = Environment.ProcessId,
            Number = _number,
            User = Environment.UserName,
            StartedBy = _startedBy,
            State = status.State,
            PauseMode = status.Pause?.Mode,
            PauseReason = status.Pause?.Reason,
            Uptime = status.Uptime,
            Capacity = status.Capacity,
            SlicesWorking = status.SlicesWorking,
            SlicesQueued = status.SlicesQueued,
            SlicesDone = status.SlicesCompleted,
            SlicesFailed = status.SlicesFailed,
            SlicesReturned = status.SlicesReturned,
            ResultsPending = status.ResultsPending,
            Earned = status.Earned,
            CpuTime = cpu,
            CpuPercent = _cpu.Percent(cpu, status.Uptime),
            Memory = Environment.WorkingSet,
            EvaluatorMemory = evaluators?.Sum(e => e.Memory),
            LastError = _lastError?.Text,
            LastErrorTime = _lastError?.Time,
            EvaluatorDown = status.EvaluatorDown,
            Sandboxes =
            [
                .. status.Sandboxes.Select(s => new RunningSandbox
                {
                    Id = s.Id,
                    State = s.State,
                    JobId = s.JobId,
                    JobName = s.JobName is { } name ? PlainText.Of(name, MaxName) : null,
                    Slice = s.SliceNumber,
                    Percent = s.Percent,
                    Elapsed = s.Elapsed,
                    Uses = s.Uses,
                }),
            ],
            LastFetch = status.LastFetch,
            Scheduler = _options.Scheduler.AbsoluteUri,
            Evaluator = _options.Evaluator.ToString(),
            PaymentAddress = _options.PaymentAddress.ToString(),
            Version = Version,
        };
    }

    private async Task<IReadOnlyList<RunningEvaluator>?> EvaluatorsAsync(CancellationToken ct)
    {
        using CancellationTokenSource limit = new(EvaluatorPatience);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return await _worker.EvaluatorsAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    [LoggerMessage(EventId = 4812, Level = LogLevel.Warning, Message = "This worker cannot be controlled by other programs: {Reason}")]
    private static partial void LogUnavailable(ILogger log, string reason);
}
