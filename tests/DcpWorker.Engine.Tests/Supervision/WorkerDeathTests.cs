using System.Diagnostics;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.InetDaemon;
using DcpWorker.Engine.Tests.Support;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Supervision;

/// <summary>What is left of a worker's work when its process is killed.</summary>
public sealed class WorkerDeathTests
{
    [Fact]
    public async Task ResultsThatWereComputedSurviveAKillAndAreDeliveredBeforeWorkIsAskedFor()
    {
        using TemporaryFolder folder = new();
        await using TestDaemon daemon = TestDaemon.OfEvaluators();
        await using CraftedScheduler scheduler = new();
        scheduler.HandsOutAgain = false;
        scheduler.Add(MisbehaviourTests.Numbers(5));
        TaskCompletionSource<JsValue?> never = new();
        scheduler.Intercept = (operation, _) => operation == "result" ? never.Task : Task.FromResult<JsValue?>(null);
        string[] arguments = [scheduler.Location.AbsoluteUri, $"tcp://{daemon.Daemon.Endpoint}", folder.Path, Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32))];

        using (Process worker = Start(arguments))
        {
            await scheduler.UntilAsync(() => scheduler.Results().Count == 5, "5 results offered");
            worker.Kill();
            await worker.WaitForExitAsync();
        }

        int offered = scheduler.Requests("result").Count;
        List<int> order = [];
        scheduler.Intercept = (operation, _) =>
        {
            order.Add(operation switch { "result" => 0, "requestTask@3" => 1, _ => 2 });
            return Task.FromResult<JsValue?>(null);
        };
        using Process next = Start(arguments);
        await scheduler.UntilAsync(() => scheduler.Requests("result").Count == offered + 5 && order.Contains(1), "5 results again, and a request for work");
        next.Kill();
        await next.WaitForExitAsync();

        Assert.Equal([2, 4, 6, 8, 10], scheduler.Results().OrderBy(r => r.Key).Select(r => (int)r.Value.AsNumber()!.Value));
        Assert.True(order.LastIndexOf(0) < order.IndexOf(1), "a request for work came before a result that was left");
    }

    private static Process Start(string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "WorkerHost.dll"), .. arguments]))!;
}
