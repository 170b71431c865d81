using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Supervision;

/// <summary>How a worker starts and ends.</summary>
public sealed class WorkerLifeTests
{
    private const string Second = "async x => { for (let i = 0; i < 10; i++) { progress(i / 10); await new Promise(r => setTimeout(r, 100)); } return x; }";

    [Fact]
    public async Task ASoftStopFinishesWhatIsComputedAndReturnsTheRest()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = Second, Data = [1, 2, 3, 4, 5, 6] });
        bench.Start();
        await bench.UntilAsync(() => bench.Events<SliceStarted>().Count >= 2, "slices at work");

        await bench.StopAsync();

        // how many were computed depends on how soon the second sandbox was there
        int started = bench.Events<SliceStarted>().Count;
        Assert.InRange(started, 2, 4);
        Assert.Equal(Enumerable.Range(1, started), bench.Scheduler.Results().Keys.Order());
        Assert.Equal(Enumerable.Range(started + 1, 6 - started), bench.Scheduler.Returned().Select(r => r.Slice).Order());
        JsValue last = bench.Scheduler.Requests("requestTask@3")[^1];
        Assert.Equal(16, last["fetchState"].AsInt32());
        Assert.Contains(bench.Worker.Id, last["returnAllSlices"].AsString(), StringComparison.Ordinal);
        Assert.Equal([WorkerState.Starting, WorkerState.Working, WorkerState.Stopping, WorkerState.Stopped], bench.Events<WorkerStateChanged>().Select(e => e.State));
    }

    [Fact]
    public async Task AHardStopReturnsWhatIsComputedToo()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = Second.Replace("10", "6000", StringComparison.Ordinal), Data = [1, 2, 3] });
        bench.Start();
        await bench.UntilAsync(() => bench.Events<SliceStarted>().Count == 2, "two slices at work");

        await bench.StopAsync(now: true);

        Assert.Empty(bench.Scheduler.Results());
        Assert.Equal([1, 2, 3], bench.Events<SliceReturned>().Select(r => (int)r.SliceNumber).Order());
        Assert.Equal(16, bench.Scheduler.Requests("requestTask@3")[^1]["fetchState"].AsInt32());
    }

    [Fact]
    public async Task StopsByItselfAfterAsManySlicesAsAskedForAndReturnsTheOthers()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(MisbehaviourTests.Numbers(10));
        bench.Start(o => o with { MaxSlices = 4 });

        await bench.Running.WaitAsync(CraftedScheduler.Patience);

        Assert.Equal(4, bench.Scheduler.Results().Count);
        Assert.Equal(6, bench.Scheduler.Returned().Count);
    }

    [Fact]
    public async Task StopsByItselfWhenThereIsNoWorkForAsLongAsItIsToWait()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(MisbehaviourTests.Numbers(2));
        bench.Start(o => o with { ExitWhenIdle = TimeSpan.FromSeconds(6) });

        await bench.Running.WaitAsync(CraftedScheduler.Patience);

        Assert.Equal(2, bench.Scheduler.Results().Count);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(10_675_199)]
    public async Task MayWaitForWorkLongerThanATimerKnows(int days)
    {
        await using WorkerBench bench = new();
        bench.Start(o => o with { ExitWhenIdle = TimeSpan.FromDays(days) });
        await bench.UntilAsync(() => bench.Scheduler.Requests("requestTask@3").Count >= 1, "a request");
        bench.Scheduler.Add(MisbehaviourTests.Numbers(2));
        await bench.UntilAsync(() => bench.Scheduler.Results().Count == 2, "the results");
        await bench.StopAsync();
    }

    [Fact]
    public async Task KeepsItsIdAndAsksWithEverythingTheSchedulerWantsToKnow()
    {
        await using WorkerBench bench = new();
        bench.Start(o => o with { MinimumWage = new MinimumWage(Cpu: 0.5), ComputeGroups = [new ComputeGroup("scott", "eh1-672937c2b944982e071185b888770f8b8ea67c11f56d545e403e0d513c609b87")] });
        await bench.UntilAsync(() => bench.Scheduler.Requests("requestTask@3").Count >= 2, "two requests");
        string id = bench.Worker.Id;
        await bench.StopAsync();

        JsValue first = bench.Scheduler.Requests("requestTask@3")[0];
        Assert.Equal(5, first["fetchState"].AsInt32());
        Assert.Equal(0, first["seq"].AsInt32());
        Assert.Equal(2, first["targetLoad"]["cpu"].AsInt32());
        Assert.Equal(id, first["coreStats"]["worker"].AsString());
        Assert.Equal(64, first["capabilities"].AsInt32() & 64);
        Assert.Equal(0.5, first["minimumWage"]["CPU"].AsNumber());
        Assert.Contains(((JsArray)first["worktimes"]).Items, w => w!["name"].AsString() == "map-basic");
        JsArray groups = (JsArray)first["workerComputeGroups"];
        Assert.Equal(["scott", "public"], groups.Items.Select(g => g!["joinKey"].AsString()));
        Assert.All(groups.Items, g => Assert.Matches("^eh1-[0-9a-f]{64}$", g!["joinHashHash"].AsString()));
        JsValue second = bench.Scheduler.Requests("requestTask@3")[1];
        Assert.Equal(1, second["fetchState"].AsInt32());
        Assert.IsType<JsUndefined>(second["returnAllSlices"]);
        Assert.Matches("^[0-9A-Za-z]{22}$", id);
        bench.Start();
        Assert.Equal(id, bench.Worker.Id);
    }

    [Fact]
    public async Task PassesOnWhatWorkFunctionsSayBeforeTheirResults()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Source = "x => { progress(); console.log('hello', x); work.emit('news', {n: x}); return x; }", Data = [1] });
        bench.Start();

        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 1, "the result");

        IReadOnlyList<JsValue> said = bench.Scheduler.Requests("workEmit");
        JsValue console = said.First(e => e["eventName"].AsString() == "console");
        Assert.Equal("log", console["payload"]["level"].AsString());
        Assert.Equal("hello", ((JsArray)KvinReader.Unmarshal(console["payload"]["message"]))[0].AsString());
        JsValue custom = said.First(e => e["eventName"].AsString() == "custom");
        Assert.Equal("news", custom["payload"]["customEvent"].AsString());
        Assert.Equal(1, custom["payload"]["data"]["n"].AsInt32());
        Assert.NotEmpty(bench.Events<SliceConsole>());
    }
}
