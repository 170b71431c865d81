using System.Reflection;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Services.Notification;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.Supervision;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Services;

/// <summary>What a service manager hears of a worker.</summary>
public sealed class WorkerReportsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Is_ready_when_the_scheduler_has_accepted_it_and_shows_its_progress()
    {
        using TestManager manager = new();
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Source = "async x => { progress(0.25); await new Promise(r => setTimeout(r, 2500)); progress(1); return x; }", Data = [1] });
        await using Reporting reporting = Reporting.Start(bench, manager, watchdog: TimeSpan.FromSeconds(0.3));

        Assert.StartsWith("STATUS=Connecting to http", await manager.NextAsync(), StringComparison.Ordinal);
        await manager.UntilAsync("READY=1\nSTATUS=");
        await bench.EventAsync<ServiceConnected>();
        await manager.UntilAsync("STATUS=Working: 1 of 2 sandboxes busy (25 %), 0 waiting");
        await manager.UntilAsync("STATUS=Waiting for work; 1 slices done, 0.250 DCC earned");
        await manager.UntilAsync("WATCHDOG=1");
        await manager.UntilAsync("WATCHDOG=1");

        await bench.StopAsync();
        await manager.UntilAsync("STOPPING=1");
    }

    [Fact]
    public async Task Is_ready_without_a_scheduler_too_and_says_so()
    {
        using TestManager manager = new();
        await using WorkerBench bench = new();
        await using Reporting reporting = Reporting.Start(bench, manager, change: o => o with { Scheduler = new Uri("http://127.0.0.1:1/") });

        string ready = await manager.UntilAsync("READY=1");

        Assert.StartsWith("READY=1\nSTATUS=Connecting to http://127.0.0.1:1/; The scheduler", ready, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_ready_without_an_evaluator_too_and_says_when_there_is_one_again()
    {
        using TestManager manager = new();
        await using WorkerBench bench = new();
        int port = await bench.KillDaemonAsync();
        await using Reporting reporting = Reporting.Start(bench, manager);

        await manager.UntilAsync("", $"STATUS=Waiting for an evaluator; No evaluator can be reached at tcp://127.0.0.1:{port}");
        Assert.Contains(manager.Heard, m => m.StartsWith("READY=1", StringComparison.Ordinal));
        bench.RestartDaemon(port);
        string status = await manager.UntilAsync("STATUS=Waiting for work");
        Assert.Equal("STATUS=Waiting for work", status);
    }

    [Fact]
    public async Task Says_why_it_is_paused()
    {
        using TestManager manager = new();
        await using WorkerBench bench = new();
        await using Reporting reporting = Reporting.Start(bench, manager);
        await bench.EventAsync<WorkerStateChanged>(e => e.State == WorkerState.Working);

        bench.Worker.Pause(PauseMode.Finish, "on battery");

        await manager.UntilAsync("STATUS=Paused: on battery");
    }

    [Fact]
    public async Task Asks_for_more_time_while_slices_are_finished_unless_a_signal_has_set_the_limit()
    {
        using TestManager manager = new();
        using CancellationTokenSource told = new();
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Source = "async x => { for (;;) { progress(); await new Promise(r => setTimeout(r, 100)); } }", Data = [1] });
        await using Reporting reporting = Reporting.Start(bench, manager, told: told.Token, stopWithin: TimeSpan.FromSeconds(20));
        await bench.EventAsync<SliceStarted>();

        bench.Worker.RequestStop();
        await manager.UntilAsync("STOPPING=1");
        await manager.UntilAsync("EXTEND_TIMEOUT_USEC=30000000");
        await told.CancelAsync();
        await manager.UntilAsync("EXTEND_TIMEOUT_USEC=25000000");

        await bench.StopAsync(now: true);
        Assert.Equal(1, manager.Heard.Count(m => m == "EXTEND_TIMEOUT_USEC=25000000"));
    }

    [Fact]
    public async Task Without_a_limit_of_its_own_a_signal_leaves_the_time_to_the_manager()
    {
        using TestManager manager = new();
        using CancellationTokenSource told = new();
        await told.CancelAsync();
        await using WorkerBench bench = new();
        await using (Reporting reporting = Reporting.Start(bench, manager, told: told.Token))
        {
            await bench.EventAsync<WorkerStateChanged>(e => e.State == WorkerState.Working);
            await bench.StopAsync();
            await manager.UntilAsync("STOPPING=1");
        }

        while (manager.HasMore)
        {
            Assert.DoesNotContain("EXTEND", await manager.NextAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_scheduler_that_never_answers_is_no_lack_of_progress()
    {
        await using WorkerBench bench = new();
        TaskCompletionSource<JsValue?> never = new();
        bench.Scheduler.Intercept = (operation, _) => operation == "requestTask@3" ? never.Task : Task.FromResult<JsValue?>(null);
        bench.Start();
        await bench.UntilAsync(() => bench.Scheduler.Requests("requestTask@3").Count == 1, "a request for work");

        await bench.Worker.CheckProgressAsync().WaitAsync(Patience);

        never.SetResult(null);
    }

    [Fact]
    public async Task A_loop_that_hangs_while_it_fetches_is_no_progress()
    {
        // the line about a request for work that failed
        using BlockingLogger log = new(eventId: 4401);
        await using WorkerBench bench = new();
        bench.Scheduler.Intercept = (operation, _) =>
            operation == "requestTask@3" ? Task.FromResult<JsValue?>("nonsense") : Task.FromResult<JsValue?>(null);
        bench.Start(logs: log);
        await log.Hanging.WaitAsync(Patience);

        await NeverProgressesAsync(bench.Worker);

        log.Release();
        await bench.Worker.CheckProgressAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_supervisor_whose_lock_is_never_given_back_is_no_progress()
    {
        await using WorkerBench bench = new();
        bench.Start();
        await bench.EventAsync<FetchCompleted>();
        using ManualResetEventSlim release = new();
        using ManualResetEventSlim held = new();
        Thread thread = new(() => SupervisorOf(bench.Worker).Read(_ =>
        {
            held.Set();
            release.Wait();
            return 0;
        }));
        thread.Start();
        held.Wait(Patience);

        await NeverProgressesAsync(bench.Worker);

        release.Set();
        thread.Join();
        await bench.Worker.CheckProgressAsync().WaitAsync(Patience);
    }

    /// <summary>Nothing outside should get at it; a fault inside is what this is to stand for.</summary>
    private static Supervisor SupervisorOf(Worker worker)
    {
        const BindingFlags Inside = BindingFlags.Instance | BindingFlags.NonPublic;
        object session = typeof(Worker).GetField("_session", Inside)!.GetValue(worker)!;
        return (Supervisor)typeof(WorkerSession).GetField("_supervisor", Inside)!.GetValue(session)!;
    }

    private static async Task NeverProgressesAsync(Worker worker)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.CheckProgressAsync(limit.Token));
    }

    private sealed class Reporting(ServiceNotifier notifier, WorkerReports reports, WorkerBench bench) : IAsyncDisposable
    {
        public static Reporting Start(
            WorkerBench bench,
            TestManager manager,
            Func<WorkerOptions, WorkerOptions>? change = null,
            TimeSpan? watchdog = null,
            TimeSpan? stopWithin = null,
            CancellationToken told = default)
        {
            ServiceNotifier notifier = manager.Notifier(watchdog);
            WorkerReports? reports = null;
            WorkerOptions? options = null;
            bench.Start(o => options = change?.Invoke(o) ?? o, w => reports = WorkerReports.Start(w, options!, notifier, stopWithin, TimeProvider.System, told));
            return new Reporting(notifier, reports!, bench);
        }

        public async ValueTask DisposeAsync()
        {
            await bench.Worker.DisposeAsync();
            await reports.DisposeAsync();
            notifier.Dispose();
        }
    }
}
