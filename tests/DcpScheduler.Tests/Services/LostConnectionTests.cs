using DcpScheduler.Tests.Support;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Tests.Services;

/// <summary>Peers that vanish without a word, and those that come back.</summary>
public sealed class LostConnectionTests : IDisposable
{
    private const int LostSocket = 2121;
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
}
