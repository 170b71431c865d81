using System.Globalization;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;
using Daemon = DcpWorker.Engine.InetDaemon.InetDaemon;

namespace DcpWorker.Engine.Services.Notification;

/// <summary>Tells the service manager how an inet-daemon does. It is ready once it listens and its evaluators have shown that they are locked down.</summary>
public sealed class InetDaemonReports : IAsyncDisposable
{
    private readonly Daemon _daemon;
    private readonly ServiceNotifier _notifier;
    private readonly StatusLine _status;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    private InetDaemonReports(Daemon daemon, ServiceNotifier notifier, TimeProvider time)
    {
        (_daemon, _notifier) = (daemon, notifier);
        _status = new StatusLine(notifier, Line, time);
        _running = notifier.IsConnected ? RunAsync(daemon.Subscribe(_stopping.Token), time) : Task.CompletedTask;
    }

    /// <summary>Begins to report.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="notifier">The way to the manager; nothing happens when there is none.</param>
    /// <param name="time">The clock.</param>
    public static InetDaemonReports Start(Daemon daemon, ServiceNotifier notifier, TimeProvider? time = null) => new(daemon, notifier, time ?? TimeProvider.System);

    /// <summary>Says that the daemon ends, and nothing more; to be called before it is stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _notifier.Stopping();
        _stopping.Dispose();
    }

    private async Task RunAsync(IAsyncEnumerable<InetDaemonEvent> events, TimeProvider time)
    {
        _notifier.Status(_status.Current());
        if (!await MadeReadyAsync().ConfigureAwait(false))
        {
            return;
        }

        _notifier.Ready(_status.Current());
        await Task.WhenAll(
            ListenAsync(events),
            _status.RunAsync(_stopping.Token),
            Watchdog.RunAsync(_notifier, _daemon.CheckProgressAsync, time, _stopping.Token)).ConfigureAwait(false);
    }

    private async Task<bool> MadeReadyAsync()
    {
        try
        {
            await _daemon.Ready.WaitAsync(_stopping.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (InetDaemonException e)
        {
            // it ends by itself
            _notifier.Status(e.Message);
            return false;
        }
    }

    private async Task ListenAsync(IAsyncEnumerable<InetDaemonEvent> events)
    {
        try
        {
            await foreach (InetDaemonEvent e in events.ConfigureAwait(false))
            {
                _status.Changed();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // nothing more is said
        }
    }

    private string Line() => _daemon.Ready.IsCompletedSuccessfully
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"Listening on {string.Join(", ", _daemon.Endpoints)}; {_daemon.Connections} of at most {_daemon.MaxConnections} evaluators running")
        : "Checking the lock-down of evaluators";
}
