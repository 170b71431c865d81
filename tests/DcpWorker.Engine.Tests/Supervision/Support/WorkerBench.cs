using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.InetDaemon;
using DcpWorker.Engine.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Supervision.Support;

/// <summary>A worker with real evaluators and a <see cref="CraftedScheduler"/>, and a record of what it does.</summary>
internal sealed class WorkerBench : IAsyncDisposable
{
    public static readonly Address Account = PrivateKey.Parse(new string('4', 64)).Address;

    private readonly List<WorkerEvent> _events = [];
    private readonly TemporaryFolder _folder = new();
    private Task _recording = Task.CompletedTask;
    private Worker? _worker;
    private Task _running = Task.CompletedTask;

    public CraftedScheduler Scheduler { get; } = new();

    public TestDaemon Daemon { get; private set; } = TestDaemon.OfEvaluators();

    public Worker Worker => _worker ?? throw new InvalidOperationException("not started");

    public Task Running => _running;

    public string Folder => _folder.Path;

    public PrivateKey Identity { get; } = PrivateKey.Create();

    /// <summary>Starts a worker; it may be done again after the last one has ended.</summary>
    public void Start(Func<WorkerOptions, WorkerOptions>? change = null, Action<Worker>? before = null, ILoggerFactory? logs = null, TimeProvider? time = null)
    {
        WorkerOptions options = new()
        {
            Scheduler = Scheduler.Location,
            Evaluator = new EvaluatorLocation("127.0.0.1", Daemon.Daemon.Endpoint.Port),
            PaymentAddress = Account,
            ResourceDirectory = _folder.Path,
            Sandboxes = 2,
            Tuning = new SupervisorTuning
            {
                MinResultDelay = TimeSpan.FromMilliseconds(50),
                MinEvaluatorBackoff = TimeSpan.FromMilliseconds(100),
                WatchdogInterval = TimeSpan.FromSeconds(1),
            },
        };
        _worker = new Worker(change?.Invoke(options) ?? options, Identity, time ?? TimeProvider.System, logs ?? NullLoggerFactory.Instance);
        before?.Invoke(_worker);
        _recording = RecordAsync(_worker.Subscribe());
        _running = _worker.RunAsync(CancellationToken.None);
    }

    public IReadOnlyList<T> Events<T>()
        where T : WorkerEvent
    {
        lock (_events)
        {
            return [.. _events.OfType<T>()];
        }
    }

    /// <summary>Waits until something is so, and says what happened when it does not come to be.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        try
        {
            await Scheduler.UntilAsync(condition, what);
        }
        catch (TimeoutException e)
        {
            lock (_events)
            {
                throw new TimeoutException(e.Message + "\n" + string.Join('\n', _events.TakeLast(60)), e);
            }
        }
    }

    public Task EventAsync<T>(Func<T, bool>? condition = null)
        where T : WorkerEvent =>
        UntilAsync(() => Events<T>().Any(condition ?? (_ => true)), $"the event {typeof(T).Name}");

    /// <summary>Stops the worker and waits for its end.</summary>
    public async Task StopAsync(bool now = false)
    {
        Worker.RequestStop(now);
        await _running.WaitAsync(CraftedScheduler.Patience);
        await _recording.WaitAsync(CraftedScheduler.Patience);
    }

    /// <summary>Ends the inet-daemon and its evaluators.</summary>
    public async Task<int> KillDaemonAsync()
    {
        int port = Daemon.Daemon.Endpoint.Port;
        await Daemon.DisposeAsync();
        return port;
    }

    public void RestartDaemon(int port) =>
        Daemon = TestDaemon.OfEvaluators(o => o with { Listen = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port) });

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
            await _running.WaitAsync(CraftedScheduler.Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Scheduler.DisposeAsync();
        await Daemon.DisposeAsync();
        _folder.Dispose();
    }

    private async Task RecordAsync(IAsyncEnumerable<WorkerEvent> events)
    {
        await foreach (WorkerEvent e in events)
        {
            lock (_events)
            {
                _events.Add(e);
            }
        }
    }
}
