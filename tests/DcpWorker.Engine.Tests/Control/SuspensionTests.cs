using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.InetDaemon;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Control;

/// <summary>Evaluators that are stopped while their worker is paused, with a real daemon and real evaluators.</summary>
public sealed class SuspensionTests
{
    private const string Busy = "async x => { const end = Date.now() + 1500; while (Date.now() < end) { progress(); await new Promise(r => setTimeout(r, 20)); } return x; }";
    private const string Endless = "async x => { for (;;) { progress(); await new Promise(r => setTimeout(r, 20)); } }";

    public SuspensionTests() => Assert.NotEmpty(ControlSite.Folder);

    [Fact]
    public async Task Suspended_slices_stand_still_their_clocks_too_and_go_on_where_they_were()
    {
        await using ControlSite site = new();
        WorkerBench bench = site.Bench;
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = Busy, Data = [7, 8, 9] });
        site.Start(o => o with { Sandboxes = 1, SandboxOptions = o.SandboxOptions with { ProgressTimeout = TimeSpan.FromSeconds(2) } });
        await bench.UntilAsync(() => bench.Events<SliceProgress>().Count > 0, "progress");
        int evaluator = await BusyEvaluatorAsync(bench);

        bench.Worker.Pause(PauseMode.Suspend, "the user is back");
        await bench.UntilAsync(() => State(evaluator) == "T", "the evaluator stopped");
        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 2, "what waited given back");

        // longer than the work function may be silent
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal("T", State(evaluator));
        Assert.Equal(1, bench.Worker.Status().SlicesWorking);
        Assert.Empty(bench.Events<SliceFailed>());

        bench.Worker.Resume();
        await bench.UntilAsync(() => bench.Scheduler.Results().Count == 1, "the result");
        Assert.Equal(7, bench.Scheduler.Results()[1].AsNumber());
        Assert.Empty(bench.Events<SliceFailed>());
        SliceCompleted done = Assert.Single(bench.Events<SliceCompleted>());
        Assert.InRange(done.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2.9));
    }

    [Fact]
    public async Task Where_no_daemon_can_be_asked_slices_are_finished_and_a_warning_says_so()
    {
        await using ControlSite site = new(withDaemon: false);
        WorkerBench bench = site.Bench;
        bench.Scheduler.Add(new CraftedJob { Source = Busy, Data = [1] });
        site.Start();
        await bench.EventAsync<SliceStarted>();

        bench.Worker.Pause(PauseMode.Suspend, "");

        await bench.EventAsync<WorkerWarning>(w => w.Code == "ESUSPEND");
        await bench.UntilAsync(() => bench.Scheduler.Results().Count == 1, "the result");
        Assert.Equal(WorkerState.Paused, bench.Worker.Status().State);
    }

    [Fact]
    public async Task A_suspension_that_lasts_too_long_gives_the_slices_back_and_leaves_no_stopped_process()
    {
        await using ControlSite site = new();
        WorkerBench bench = site.Bench;
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = Endless, Data = [1] });
        site.Start(o => o with { Sandboxes = 1, Tuning = o.Tuning with { MaxSuspension = TimeSpan.FromSeconds(1) } });
        await bench.EventAsync<SliceStarted>();
        int evaluator = await BusyEvaluatorAsync(bench);

        bench.Worker.Pause(PauseMode.Suspend, "");
        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 1, "the slice returned");

        Assert.True(await Processes.IsGoneWithinAsync(evaluator, TestDaemon.Patience));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_suspended_worker_that_stops_gives_its_slices_back_and_leaves_no_stopped_process(bool now)
    {
        await using ControlSite site = new();
        WorkerBench bench = site.Bench;
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = Endless, Data = [1] });
        site.Start(o => o with { Sandboxes = 1 });
        await bench.EventAsync<SliceStarted>();
        int evaluator = await BusyEvaluatorAsync(bench);
        bench.Worker.Pause(PauseMode.Suspend, "");
        await bench.UntilAsync(() => State(evaluator) == "T", "the evaluator stopped");

        await bench.StopAsync(now);

        Assert.Single(bench.Events<SliceReturned>());
        Assert.True(await Processes.IsGoneWithinAsync(evaluator, TestDaemon.Patience));
    }

    [Fact]
    public async Task A_daemon_that_stops_takes_suspended_evaluators_with_it_and_their_slices_go_back()
    {
        await using ControlSite site = new();
        WorkerBench bench = site.Bench;
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = Endless, Data = [1] });
        site.Start(o => o with { Sandboxes = 1 });
        await bench.EventAsync<SliceStarted>();
        int evaluator = await BusyEvaluatorAsync(bench);
        bench.Worker.Pause(PauseMode.Suspend, "");
        await bench.UntilAsync(() => State(evaluator) == "T", "the evaluator stopped");

        await bench.KillDaemonAsync();

        Assert.False(Processes.Lives(evaluator));
        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 1, "the slice returned");
    }

    [Fact]
    public async Task From_suspended_to_finish_the_slice_is_finished()
    {
        await using ControlSite site = new();
        WorkerBench bench = site.Bench;
        bench.Scheduler.Add(new CraftedJob { Source = Busy, Data = [5] });
        site.Start(o => o with { Sandboxes = 1 });
        await bench.EventAsync<SliceStarted>();
        int evaluator = await BusyEvaluatorAsync(bench);
        bench.Worker.Pause(PauseMode.Suspend, "");
        await bench.UntilAsync(() => State(evaluator) == "T", "the evaluator stopped");

        bench.Worker.Pause(PauseMode.Finish, "");

        await bench.UntilAsync(() => bench.Scheduler.Results().Count == 1, "the result");
        Assert.Equal(WorkerState.Paused, bench.Worker.Status().State);
    }

    /// <summary>The evaluator of the slice that is being computed.</summary>
    private static async Task<int> BusyEvaluatorAsync(WorkerBench bench)
    {
        await bench.UntilAsync(() => bench.Worker.Status().Sandboxes.Any(s => s.SliceNumber is not null), "a busy sandbox");

        // the sandbox that was made first computes; a spare one may follow
        return bench.Daemon.EventsSoFar().OfType<ConnectionOpened>().First().ProcessId;
    }

    private static string? State(int process) => Processes.Stat(process)?[0];
}
