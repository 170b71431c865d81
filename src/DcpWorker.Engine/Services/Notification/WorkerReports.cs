using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Engine.Services.Notification;

/// <summary>
/// Tells the service manager how a worker does. It is ready once one of the scheduler's services has accepted it, or once it has
/// found out that it cannot work yet (no answer from the scheduler, no evaluator) and tries again; what of both is so is in the status.
/// </summary>
public sealed class WorkerReports : IAsyncDisposable
{
    /// <summary>Who waits for an answer longer than this has found out that there is none for the time being.</summary>
    internal static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(30);

    /// <summary>What a stop may take beyond the limit set for it: the last words to the scheduler, the end of the sandboxes.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>How often more time is asked for while slices are finished, and how much.</summary>
    private static readonly TimeSpan ExtendInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Extension = TimeSpan.FromSeconds(30);

    private readonly Worker _worker;
    private readonly ServiceNotifier _notifier;
    private readonly TimeProvider _time;
    private readonly CancellationToken _told;
    private readonly TimeSpan? _stopWithin;
    private readonly WorkerStatusText _text;
    private readonly StatusLine _status;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private int _ready;

    private WorkerReports(Worker worker, WorkerOptions options, ServiceNotifier notifier, TimeSpan? stopWithin, TimeProvider time, CancellationToken told)
    {
        (_worker, _notifier, _told, _stopWithin, _time) = (worker, notifier, told, stopWithin, time);
        _text = new WorkerStatusText(options);
        _status = new StatusLine(notifier, () => _text.Line(_worker.Status()), time);
        _running = notifier.IsConnected ? RunAsync(worker.Subscribe(CancellationToken.None)) : Task.CompletedTask;
    }

    /// <summary>Begins to report; to be called before the worker runs, and disposed after it.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="options">What it was made of.</param>
    /// <param name="notifier">The way to the manager; nothing happens when there is none.</param>
    /// <param name="stopWithin">How long the worker may take to stop when <paramref name="told"/>; null: there is no limit, and the manager's own holds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="told">Cancelled when the manager (or whoever else sends signals) has told the worker to stop.</param>
    public static WorkerReports Start(
        Worker worker, WorkerOptions options, ServiceNotifier notifier, TimeSpan? stopWithin, TimeProvider time, CancellationToken told) =>
        new(worker, options, notifier, stopWithin, time, told);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _end.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync(IAsyncEnumerable<WorkerEvent> events)
    {
        _notifier.Status(_status.Current());
        await Task.WhenAll(
            ListenAsync(events),
            _status.RunAsync(_end.Token),
            GiveUpWaitingAsync(),
            Watchdog.RunAsync(_notifier, _worker.CheckProgressAsync, _time, _stopping.Token)).ConfigureAwait(false);
    }

    private async Task ListenAsync(IAsyncEnumerable<WorkerEvent> events)
    {
        Task extending = Task.CompletedTask;
        await foreach (WorkerEvent e in events.ConfigureAwait(false))
        {
            _text.Note(e);
            if (e is WorkerStateChanged { State: WorkerState.Stopping or WorkerState.Stopped } && !_stopping.IsCancellationRequested)
            {
                await _stopping.CancelAsync().ConfigureAwait(false);
                _notifier.Stopping();
                extending = ExtendAsync();
            }
            else if (TellsThatItStarted(e))
            {
                Ready();
            }

            _status.Changed();
        }

        await _end.CancelAsync().ConfigureAwait(false);
        await extending.ConfigureAwait(false);
    }

    private static bool TellsThatItStarted(WorkerEvent e) => e is ServiceConnected or FetchCompleted or FetchFailed or ServiceDisconnected or EvaluatorDown or WorkerWarning;

    private void Ready()
    {
        if (Interlocked.Exchange(ref _ready, 1) == 0 && !_stopping.IsCancellationRequested)
        {
            _notifier.Ready(_status.Current());
        }
    }

    /// <summary>A host that swallows every packet must not keep the manager waiting.</summary>
    private async Task GiveUpWaitingAsync()
    {
        await Task.Delay(AnswerPatience, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Ready();
    }

    /// <summary>
    /// Who told the worker to stop by its control socket, or by a limit of slices, waits for as long as the slices take; so does the
    /// manager while they go on. Who told it by a signal has set the limit, and the manager must not end it before.
    /// </summary>
    private async Task ExtendAsync()
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_told, _end.Token);
        while (!either.IsCancellationRequested)
        {
            await _worker.CheckProgressAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!either.IsCancellationRequested)
            {
                _notifier.Extend(Extension);
                await Task.Delay(ExtendInterval, _time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        if (_told.IsCancellationRequested && _stopWithin is { } limit)
        {
            _notifier.Extend(limit + Farewell);
        }
    }
}
