using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.PauseRules;
using DcpWorker.Engine.Tests.Support;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Supervision.PauseRules;

/// <summary>Rules in a worker that works: what they do to its slices.</summary>
public sealed class PauseRulesTests : IDisposable
{
    private const string OneSecond = "async x => { for (let i = 0; i < 10; i++) { progress(i / 10); await new Promise(r => setTimeout(r, 100)); } return x; }";
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task OnBatteryTheSlicesGoBackAndAfterwardsTheyAreComputed()
    {
        Plug(true);
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Source = OneSecond, Data = [.. Enumerable.Range(1, 8)] });
        bench.Start(o => o with
        {
            PauseWhen = [PauseRule.Parse("battery resume after 1s")],
            PauseRuleMode = PauseMode.Stop,
            Sensors = new MachineSensors(_root.Path),
        });
        await bench.UntilAsync(() => bench.Events<SliceStarted>().Count >= 1, "a slice at work");

        Plug(false);
        await bench.UntilAsync(() => bench.Worker.Status().State == WorkerState.Paused, "the pause");
        Assert.Equal((PauseMode.Stop, "battery resume after 1s"), (bench.Worker.Status().Pause!.Mode, bench.Worker.Status().Pause!.Reason));
        await bench.UntilAsync(() => bench.Worker.Status().Sandboxes.Count == 0 && bench.Daemon.Daemon.Connections == 0, "no evaluator left");

        Plug(true);
        await bench.UntilAsync(() => bench.Worker.Status().Pause is null, "the end of the pause");
        await bench.UntilAsync(() => bench.Scheduler.Results().Count == 8, "all results");
        await bench.StopAsync();
    }

    [Fact]
    public async Task ARuleThatHoldsAtTheStartLetsNoWorkBeAskedForAndTheOwnerMayResumeAgainstIt()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Data = [1] });
        bench.Start(o => o with { PauseWhen = [PauseRule.Parse("hours 00:00-24:00")] });
        await bench.UntilAsync(() => bench.Worker.Status().State == WorkerState.Paused, "the pause");
        Assert.Equal("hours 00:00-24:00", bench.Worker.Status().Pause!.Reason);
        Assert.Empty(bench.Events<FetchStarted>());

        Assert.True(bench.Worker.Resume());
        await bench.UntilAsync(() => bench.Scheduler.Results().Count == 1, "the result");
        await bench.StopAsync();
    }

    [Fact]
    public async Task ARuleThatCannotBeFollowedIsAWarningAndTheWorkerWorks()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Data = [1] });
        bench.Start(o => o with { PauseWhen = [PauseRule.Parse("user-active")], Sensors = new MachineSensors(_root.Path, "/no/such/loginctl") });
        await bench.UntilAsync(() => bench.Scheduler.Results().Count == 1, "the result");
        Assert.Contains(bench.Events<WorkerWarning>(), w => w.Code == "EPAUSERULE" && w.Message.Contains("'user-active' does not pause", StringComparison.Ordinal));
        await bench.StopAsync();
    }

    private void Plug(bool online)
    {
        _root.Write("sys/class/power_supply/BAT0/type", "Battery");
        _root.Write("sys/class/power_supply/AC/type", "Mains");
        _root.Write("sys/class/power_supply/AC/online", online ? "1" : "0");
    }
}
