using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.Inventory;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision.Pausing;

/// <summary>Brings about what a pause demands of the slices in the sandboxes, one change after the other; the last one wins.</summary>
internal sealed partial class PauseControl(
    Supervisor supervisor, SandboxPool pool, SupervisorTuning tuning, WorkerEventHub events, TimeProvider time, ILogger log) : IAsyncDisposable
{
    /// <summary>The reason that returned slices carry.</summary>
    internal const string Reason = "worker paused";

    private readonly ILogger _log = log;
    private readonly Lock _gate = new();
    private CancellationTokenSource _change = new();
    private Task _changes = Task.CompletedTask;
    private PauseMode? _mode;

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
            switch (mode)
            {
                case null:
                    supervisor.Resume();
                    break;
                case PauseMode.Stop:
                    supervisor.AbortWorking(Reason);
                    pool.Clear("paused");
                    break;
                case PauseMode.Suspend:
                    events.Publish(new WorkerWarning(time.GetUtcNow(), "ESUSPEND", "The evaluators cannot be suspended; their slices are finished instead."));
                    await FinishAsync(superseded).ConfigureAwait(false);
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

    private async Task FinishAsync(CancellationToken ct)
    {
        await Task.Delay(tuning.PauseGrace, time, ct).ConfigureAwait(false);
        supervisor.AbortWorking(Reason);
    }

    [LoggerMessage(EventId = 4701, Level = LogLevel.Debug, Message = "The pause ({Mode}) is over or another one")]
    private partial void LogSuperseded(PauseMode? mode);

    [LoggerMessage(EventId = 4702, Level = LogLevel.Error, Message = "A fault in pausing")]
    private partial void LogFault(Exception fault);
}
