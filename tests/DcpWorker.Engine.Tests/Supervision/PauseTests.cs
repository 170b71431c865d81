using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Supervision;

/// <summary>What a pause does to slices, and what ends it.</summary>
public sealed class PauseTests
{
    private const string Endless = "async x => { for (;;) { progress(); await new Promise(r => setTimeout(r, 50)); } }";
    private const string OneSecond = "async x => { for (let i = 0; i < 10; i++) { progress(i / 10); await new Promise(r => setTimeout(r, 100)); } return x; }";

    [Fact]
    public async Task FinishComputesWhatIsInTheSandboxesReturnsTheRestAndStartsNothingUntilResumed()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = OneSecond, Data = [1, 2, 3, 4, 5, 6] });
        bench.Start();
        await bench.UntilAsync(() => bench.Events<SliceStarted>().Count >= 1, "a slice at work");

        Assert.True(bench.Worker.Pause(PauseMode.Finish, "the test says so"));

        int started = bench.Worker.Status().SlicesWorking + (int)bench.Worker.Status().SlicesCompleted;
        await bench.UntilAsync(() => bench.Scheduler.Results().Count + bench.Scheduler.Returned().Count == 6, "every slice back or done");
        Assert.InRange(started, 1, 4);
        Assert.Equal(started, bench.Scheduler.Results().Count);
        Assert.All(bench.Scheduler.Returned(), r => Assert.Equal("worker paused", r.Reason.AsString()));
        WorkerStatus paused = bench.Worker.Status();
        Assert.Equal(WorkerState.Paused, paused.State);
        Assert.Equal((PauseMode.Finish, "the test says so"), (paused.Pause!.Mode, paused.Pause.Reason));

        bench.Scheduler.Add(new CraftedJob { Id = "jCraftedLater00000000", Data = [7] });
        Assert.True(bench.Worker.Resume());
        await bench.UntilAsync(() => bench.Scheduler.Results().ContainsKey(1) && bench.Events<ResultSubmitted>().Count == started + 1, "work after the pause");
        await bench.StopAsync();

        Assert.Equal(
            [WorkerState.Starting, WorkerState.Working, WorkerState.Paused, WorkerState.Working, WorkerState.Stopping, WorkerState.Stopped],
            bench.Events<WorkerStateChanged>().Select(e => e.State));
        Assert.Contains(bench.Events<WorkerStateChanged>(), e => e is { State: WorkerState.Paused, Reason: "the test says so" });
        Assert.False(bench.Worker.Pause(PauseMode.Finish, "too late"));
    }

    [Fact]
    public async Task FinishReturnsWhatOutlivesTheGrace()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = Endless, Data = [1, 2] });
        bench.Start(o => o with { Tuning = o.Tuning with { PauseGrace = TimeSpan.FromMilliseconds(300) } });
        await bench.UntilAsync(() => bench.Events<SliceStarted>().Count == 2, "both at work");

        bench.Worker.Pause(PauseMode.Finish, "");

        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 2, "both returned");
        Assert.Equal(0, bench.Worker.Status().SlicesWorking);
    }

    [Fact]
    public async Task StopDropsEverySandboxAtOnceAndTheSameSlicesAreComputedAfterwards()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Source = OneSecond, Data = [1, 2, 3] });
        bench.Start();
        await bench.UntilAsync(() => bench.Events<SliceStarted>().Count == 2, "two at work");

        bench.Worker.Pause(PauseMode.Stop, "now");

        // the first may have been done before the second had its sandbox
        await bench.UntilAsync(
            () => bench.Scheduler.Returned().Count + bench.Scheduler.Results().Count >= 3 && bench.Worker.Status().Sandboxes.Count == 0, "everything returned and no sandbox left");
        Assert.InRange(bench.Scheduler.Returned().Count, 2, 3);
        await bench.UntilAsync(() => bench.Daemon.Daemon.Connections == 0, "no evaluator left");
        bench.Worker.Resume();
        await bench.UntilAsync(() => bench.Scheduler.Results().Count == 3, "all results");
    }

    [Fact]
    public async Task ASliceThatWaitsForItsSandboxIsReturnedAndHasNotFailed()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Source = OneSecond, Data = [1, 2, 3] });
        bench.Start();
        await bench.UntilAsync(() => bench.Events<SliceStarted>().Count >= 1, "one at work, while the sandbox for the other starts");

        bench.Worker.Pause(PauseMode.Stop, "now");

        await bench.UntilAsync(() => bench.Scheduler.Returned().Count + bench.Scheduler.Results().Count >= 3, "everything returned");
        await bench.StopAsync();
        Assert.Empty(bench.Events<SliceFailed>());
    }

    [Fact]
    public async Task ARuleThatEndsDoesNotEndThePauseOfAnotherHolder()
    {
        await using WorkerBench bench = new();
        bench.Start();
        await bench.UntilAsync(() => bench.Worker.Status().State == WorkerState.Working, "the start");

        bench.Worker.Pause(PauseMode.Finish, "the owner", "owner");
        bench.Worker.Pause(PauseMode.Stop, "battery", "rule");
        Assert.Equal((PauseMode.Stop, "battery"), (bench.Worker.Status().Pause!.Mode, bench.Worker.Status().Pause!.Reason));
        bench.Worker.Resume("rule");
        Assert.Equal((PauseMode.Finish, "the owner"), (bench.Worker.Status().Pause!.Mode, bench.Worker.Status().Pause!.Reason));
        Assert.Equal(WorkerState.Paused, bench.Worker.Status().State);
        bench.Worker.Resume();
        Assert.Equal(WorkerState.Working, bench.Worker.Status().State);
        Assert.Null(bench.Worker.Status().Pause);
    }

    [Fact]
    public async Task APauseFromBeforeTheStartHoldsAndIsNotTakenForIdleness()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Data = [1] });
        bench.Start(o => o with { ExitWhenIdle = TimeSpan.FromSeconds(5) }, w => w.Pause(PauseMode.Suspend, "early"));
        await bench.UntilAsync(() => bench.Worker.Status().State == WorkerState.Paused, "the pause");

        // longer than it may be idle
        await Task.Delay(TimeSpan.FromSeconds(6));

        Assert.Equal(WorkerState.Paused, bench.Worker.Status().State);
        Assert.Empty(bench.Scheduler.Results());
        bench.Worker.Resume();
        await bench.Running.WaitAsync(CraftedScheduler.Patience);
        Assert.Single(bench.Scheduler.Results());
    }

    [Fact]
    public async Task ASoftStopEndsAPausedWorker()
    {
        await using WorkerBench bench = new();
        bench.Start();
        await bench.UntilAsync(() => bench.Worker.Status().State == WorkerState.Working, "the start");
        bench.Worker.Pause(PauseMode.Finish, "");

        await bench.StopAsync();

        Assert.Equal(WorkerState.Stopped, bench.Worker.Status().State);
    }
}
