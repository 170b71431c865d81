using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.Supervision.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Supervision;

/// <summary>Deployer, scheduler, worker and evaluators: all of them ours, all of them real.</summary>
public sealed class RealSchedulerTests
{
    private static readonly JobDefinition Endless = new()
    {
        WorkFunction = "async x => { for (;;) { progress(); await new Promise(r => setTimeout(r, 50)); } }",
        Input = new ValuesInput([1]),
    };

    [Fact]
    public async Task AJobIsComputedAndItsResultsComeInOrder()
    {
        using SchedulerProcess scheduler = new();
        await scheduler.StartAsync();
        await using WorkerBench bench = new();
        bench.Start(o => o with { Scheduler = scheduler.Location });

        Assert.Equal(Enumerable.Range(0, 50).Select(i => i * 2), await ComputeAsync(scheduler.Location, 50));
        Assert.True(bench.Worker.Status().Earned > 0);
    }

    [Fact]
    public async Task AJobSurvivesTheSchedulersDeath()
    {
        using SchedulerProcess scheduler = new();
        await scheduler.StartAsync();
        await using WorkerBench bench = new();
        bench.Start(o => o with { Scheduler = scheduler.Location });
        Task<List<int>> results = ComputeAsync(scheduler.Location, 60, "async x => { progress(); await new Promise(r => setTimeout(r, 50)); return x * 2; }");
        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count >= 5, "5 results");

        await scheduler.KillAsync();
        await scheduler.StartAsync();

        Assert.Equal(Enumerable.Range(0, 60).Select(i => i * 2), await results.WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public async Task ACancelledJobFreesItsSandboxForTheNextJob()
    {
        using SchedulerProcess scheduler = new();
        await scheduler.StartAsync();
        await using WorkerBench bench = new();
        bench.Start(o => o with { Scheduler = scheduler.Location, Sandboxes = 1 });
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        using PrivateKey key = PrivateKey.Create();
        await using JobDeployer deployer = await DeployerAsync(scheduler.Location, key, limit.Token);
        await using DeployedJob endless = await deployer.DeployAsync(Endless, limit.Token);
        await bench.UntilAsync(() => bench.Events<SliceProgress>().Any(e => e.JobId == endless.Id), "progress of the endless slice");

        await endless.CancelAsync("no longer wanted", limit.Token);

        Assert.Equal(Enumerable.Range(0, 3).Select(i => i * 2), await ComputeAsync(scheduler.Location, 3));
        Assert.Contains(bench.Events<SchedulerCommandReceived>(), e => e.Command == "remove" && e.Detail == endless.Id);
        Assert.Contains(bench.Events<SliceReturned>(), e => e.JobId == endless.Id);
    }

    [Fact]
    public async Task AJobOutlivesAWorkerThatIsPausedAgainAndAgain()
    {
        using SchedulerProcess scheduler = new();
        await scheduler.StartAsync();
        await using WorkerBench bench = new();
        bench.Start(o => o with { Scheduler = scheduler.Location, Sandboxes = 1 });
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        using PrivateKey key = PrivateKey.Create();
        await using JobDeployer deployer = await DeployerAsync(scheduler.Location, key, limit.Token);
        await using DeployedJob endless = await deployer.DeployAsync(Endless, limit.Token);

        // more often than the scheduler lets a slice fail
        for (int i = 1; i <= 5; i++)
        {
            await bench.UntilAsync(() => bench.Events<SliceStarted>().Count >= i, $"start {i} of the slice");
            bench.Worker.Pause(PauseMode.Stop, "");
            await bench.UntilAsync(() => bench.Events<SliceReturned>().Count >= i, $"return {i} of the slice");
            bench.Worker.Resume();
        }

        await bench.UntilAsync(() => bench.Events<SliceStarted>().Count >= 6, "the slice at work once more");
        await endless.CancelAsync("no longer wanted", limit.Token);
    }

    private static async Task<JobDeployer> DeployerAsync(Uri scheduler, PrivateKey key, CancellationToken ct)
    {
        using HttpClient http = new();
        SchedulerConfiguration configuration = await SchedulerConfiguration.FetchAsync(scheduler, http, ct);
        return new JobDeployer(configuration, key, key, new DeploymentOptions(), ConnectionOptions.Default, null, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private static async Task<List<int>> ComputeAsync(Uri scheduler, int count, string workFunction = "x => { progress(); return x * 2; }")
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        using PrivateKey key = PrivateKey.Create();
        await using JobDeployer deployer = await DeployerAsync(scheduler, key, limit.Token);
        await using DeployedJob job = await deployer.DeployAsync(
            new JobDefinition { WorkFunction = workFunction, Input = new ValuesInput([.. Enumerable.Range(0, count).Select(i => (JsValue)i)]) }, limit.Token);
        List<int> results = [];
        await foreach (JobResult result in job.ReadResultsAsync(limit.Token))
        {
            results.Add(result.Value.AsInt32() ?? -1);
        }

        return results;
    }
}
