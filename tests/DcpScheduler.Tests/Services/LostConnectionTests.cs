using System.Collections.Concurrent;
using DcpScheduler.Tests.Support;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Tests.Services;

/// <summary>Peers that vanish without a word, and those that come back.</summary>
public sealed class LostConnectionTests : IDisposable
{
    private const int LostSocket = 2121;
    private const int NotDelivered = 302;
    private readonly string _folder = Directory.CreateTempSubdirectory("dcp-scheduler-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Request_that_waits_for_work_takes_none_once_its_worker_is_gone()
    {
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(_folder);
        await using Wire wire = new(scheduler.Url);
        await using Client dead = new(wire.Url);
        await using Client deployer = new(scheduler.Url);
        await using Client living = new(scheduler.Url);
        Task<Response> held = dead.AskAsync("task-distributor", "requestTask@3", Client.TaskRequest("dead"));
        JsObject report = Client.TaskRequest("dead");
        report["fetchState"] = 2;

        // requests are taken in the order in which they come: this one is answered, so the other one waits
        await dead.AskAsync("task-distributor", "requestTask@3", report);
        wire.Cut();
        await scheduler.LoggedAsync(LostSocket, dead.ConnectionTo("task-distributor").SessionId!);

        // a range has its slices from the start: there is work when those who wait for it are woken for the first time
        JsObject job = deployer.Submission("abc");
        job["dataRange"] = new JsObject { ["start"] = 1, ["end"] = 1, ["step"] = 1 };
        (await deployer.AskAsync("job-submit", "submit@5", job, deployer.Account)).ThrowIfFailed();
        (await deployer.AskAsync("compute-groups", "addJobToGroups", Client.PublicGroup("abc"))).ThrowIfFailed();

        JsValue task = (await living.AskAsync("task-distributor", "requestTask@3", Client.TaskRequest("living"))).Payload;
        Assert.True(task["body"]["task"]["abc"] is JsArray { Items.Count: 1 }, JsonWriter.Write(task));
        await dead.RenewAsync();
        await Assert.ThrowsAnyAsync<ProtocolException>(() => held);
    }

    [Fact]
    public async Task Events_that_a_deployer_missed_are_offered_again_when_its_session_is_resumed()
    {
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(_folder, o => o with { EventTimeout = TimeSpan.FromSeconds(1) });
        await using Wire wire = new(scheduler.Url);
        await using Client deployer = new(wire.Url);
        await using Client worker = new(scheduler.Url);
        ConcurrentDictionary<string, int> heard = [];
        deployer.ConnectionTo("event-router").RequestHandler = (request, _) =>
        {
            JsValue data = request.Data["event"]["data"];
            heard.AddOrUpdate($"{data["eventName"].AsString()} {data["sliceNumber"].AsInt32()}", 1, (_, n) => n + 1);
            return Task.FromResult<JsValue>(true);
        };
        await deployer.DeployAsync("abc", 3);
        JsObject subscription = new()
        {
            ["reliableEvents"] = JsArray.OfStrings(["result", "stop"]),
            ["options"] = new JsObject { ["filter"] = new JsObject { ["job"] = "abc" } },
        };
        (await deployer.AskAsync("event-router", "subscribeMany", subscription)).ThrowIfFailed();
        JsValue task = (await worker.AskAsync("task-distributor", "requestTask@3", Client.TaskRequest("w"))).Payload;
        List<int> numbers = [.. ((JsArray)task["body"]["task"]["abc"]).Items.Select(s => s!["sliceNumber"].AsInt32()!.Value)];
        Assert.NotEmpty(numbers);

        wire.Cut();
        await scheduler.LoggedAsync(LostSocket, deployer.ConnectionTo("event-router").SessionId!);
        foreach (int number in numbers)
        {
            (await worker.AskAsync("result-submitter", "result", worker.Result("abc", number, "w", task))).ThrowIfFailed();
        }

        await scheduler.LoggedAsync(NotDelivered, "result", numbers.Count);
        wire.Mend();

        using CancellationTokenSource late = new(TimeSpan.FromMinutes(2));
        while (!numbers.TrueForAll(n => heard.ContainsKey($"result {n}")))
        {
            await Task.Delay(50, late.Token);
        }
    }
}
