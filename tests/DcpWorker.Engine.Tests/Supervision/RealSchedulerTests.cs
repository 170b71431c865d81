using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.Supervision.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Supervision;

/// <summary>Deployer, scheduler, worker and evaluators: all of them ours, all of them real.</summary>
public sealed class RealSchedulerTests
{
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

    private static async Task<List<int>> ComputeAsync(Uri scheduler, int count, string workFunction = "x => { progress(); return x * 2; }")
    {
        using HttpClient http = new();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        SchedulerConfiguration configuration = await SchedulerConfiguration.FetchAsync(scheduler, http, limit.Token);
        using PrivateKey key = PrivateKey.Create();
        await using JobDeployer deployer = new(configuration, key, key, new DeploymentOptions(), ConnectionOptions.Default, null, TimeProvider.System, NullLoggerFactory.Instance);
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
