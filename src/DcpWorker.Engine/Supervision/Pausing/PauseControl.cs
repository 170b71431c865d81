using DcpWorker.Engine.Control;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.Inventory;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision.Pausing;

/// <summary>Brings about what a pause demands of the slices in the sandboxes, one change after the other; the last one wins.</summary>
internal sealed partial class PauseControl(
    Supervisor supervisor, SandboxPool pool, LocalEvaluators evaluators, SupervisorTuning tuning, WorkerEventHub events, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private readonly ILogger _log = log;
    private readonly Lock _gate = new();
    private CancellationTokenSource _change = new();
    private Task _changes = Task.CompletedTask;
    private PauseMode? _mode;
    private List<Sandbox> _suspended = [];

    /// <summary>The pause that was set last.</summary>
    public PauseMode? Mode
    {
        get
        {
            lock (_gate)
            {
                return _mode;
            }
        }
    }

    /// <summary>Pauses, changes the mode, or (null) resumes. When it returns nothing new is started, or everything may be; the rest follows.</summary>
    public void Set(PauseMode? mode)
    {
        lock (_gate)
        {
            if (_mode == mode)
            {
                return;
            }

            _mode = mode;
            CancellationTokenSource last = _change;
            last.Cancel();
            _change = new CancellationTokenSource();
            if (mode is not null)
            {
                supervisor.Pause();
            }

            _changes = ApplyAsync(_changes, mode, _change.Token);
        }
    }

    /// <summary>Ends what it does; what is paused stays so.</summary>
    public async ValueTask DisposeAsync()
    {
        Task changes;
        lock (_gate)
        {
            _change.Cancel();
            changes = _changes;
        }

        await changes.ConfigureAwait(false);
        _change.Dispose();
    }

    private async Task ApplyAsync(Task previous, PauseMode? mode, CancellationToken superseded)
    {
        await previous.ConfigureAwait(false);
        await Task.Yield();
        try
        {
            if (mode is null or PauseMode.Finish)
            {
                await ContinueAsync().ConfigureAwait(false);
            }

            switch (mode)
            {
                case null:
                    supervisor.Resume();
                    break;
                case PauseMode.Stop:
                    supervisor.AbortWorking(ReturnReason.Paused);
                    pool.Clear("paused");
                    break;
                case PauseMode.Suspend:
                    await SuspendAsync(superseded).ConfigureAwait(false);
                    break;
                default:
                    await FinishAsync(superseded).ConfigureAwait(false);
                    break;
            }
        }
        catch (OperationCanceledException) when (superseded.IsCancellationRequested)
        {
            LogSuperseded(mode);
        }
        catch (Exception e)
        {
            LogFault(e);
            events.Publish(new WorkerError(time.GetUtcNow(), "Fault", $"A fault of this program: {e.Message}"));
        }
    }

    /// <summary>Stops evaluators and their clocks until the pause changes, or has lasted too long for those who wait for the slices.</summary>
    private async Task SuspendAsync(CancellationToken superseded)
    {
        supervisor.AbortWorking(id => id is null, ReturnReason.Paused);
        IReadOnlySet<int> busy = supervisor.BusySandboxes();
        List<Sandbox> sandboxes = [.. pool.Live.Where(s => busy.Contains(s.Id))];

        // before the processes: no time-out may find them stopped
        sandboxes.ForEach(s => s.SuspendClock());
        IReadOnlySet<PeerConnection> stopped = await evaluators.SuspendAsync([.. sandboxes.Select(s => s.Peer).OfType<PeerConnection>()], CancellationToken.None).ConfigureAwait(false);
        _suspended = sandboxes.FindAll(s => s.Peer is { } peer && stopped.Contains(peer));
        List<Sandbox> others = [.. sandboxes.Except(_suspended).Where(s => s.State != SandboxState.Terminated)];
        others.ForEach(s => s.ResumeClock());
        if (others.Count > 0)
        {
            events.Publish(new WorkerWarning(
                time.GetUtcNow(),
                "ESUSPEND",
                $"{others.Count} evaluators cannot be suspended, since no inet-daemon of this machine and user has them; their slices are finished instead."));
            await Task.Delay(tuning.PauseGrace, time, superseded).ConfigureAwait(false);
            HashSet<int> kept = [.. _suspended.Select(s => s.Id)];
            supervisor.AbortWorking(id => id is not { } known || !kept.Contains(known), ReturnReason.Paused);
        }

        await Task.Delay(tuning.MaxSuspension, time, superseded).ConfigureAwait(false);
        supervisor.AbortWorking(ReturnReason.Paused);
    }

    /// <summary>Lets suspended evaluators go on. The slices of those that do not are given back.</summary>
    private async Task ContinueAsync()
    {
        List<Sandbox> suspended = [.. _suspended.Where(s => s.State != SandboxState.Terminated)];
        _suspended = [];
        if (suspended.Count == 0)
        {
            return;
        }

        IReadOnlySet<PeerConnection> going = await evaluators.ResumeAsync([.. suspended.Select(s => s.Peer!)], CancellationToken.None).ConfigureAwait(false);
        HashSet<int> lost = [];
        foreach (Sandbox sandbox in suspended)
        {
            if (going.Contains(sandbox.Peer!))
            {
                sandbox.ResumeClock();
            }
            else
            {
                lost.Add(sandbox.Id);
            }
        }

        if (lost.Count > 0)
        {
            LogLost(lost.Count);
            supervisor.AbortWorking(id => id is { } known && lost.Contains(known), ReturnReason.Paused);
        }
    }

    private async Task FinishAsync(CancellationToken ct)
    {
        await Task.Delay(tuning.PauseGrace, time, ct).ConfigureAwait(false);
        supervisor.AbortWorking(ReturnReason.Paused);
    }

    [LoggerMessage(EventId = 4701, Level = LogLevel.Debug, Message = "The pause ({Mode}) is over or another one")]
    private partial void LogSuperseded(PauseMode? mode);

    [LoggerMessage(EventId = 4703, Level = LogLevel.Warning, Message = "{Count} suspended evaluators cannot be resumed; their slices go back")]
    private partial void LogLost(int count);

    [LoggerMessage(EventId = 4702, Level = LogLevel.Error, Message = "A fault in pausing")]
    private partial void LogFault(Exception fault);
}
