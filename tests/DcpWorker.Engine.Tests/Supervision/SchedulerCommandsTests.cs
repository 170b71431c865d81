using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Supervision;

/// <summary>Messages of the scheduler to its workers, over a real connection.</summary>
public sealed class SchedulerCommandsTests
{
    [Fact]
    public async Task OnlyMessagesWithATokenOfTheSubscriptionCountAndOnlyOnce()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Subscribed = "theToken";
        bench.Start();
        Connection connection = await SubscribedAsync(bench);

        Response forged = await connection.RequestAsync("event", Event("otherToken", "e1", "reload"));
        Response first = await connection.RequestAsync("event", Event("theToken", "e2", "reload"));
        Response again = await connection.RequestAsync("event", Event("theToken", "e2", "reload"));
        Response other = await connection.RequestAsync("format-disk", new JsObject());

        Assert.Equal([false, true, false, false], [forged.Success, first.Success, again.Success, other.Success]);
        Assert.Single(bench.Events<SchedulerCommandReceived>(), e => e.Command == "reload");
    }

    [Fact]
    public async Task AKillStopsTheWorkerAndKeepsItFromStartingAgainUntilItsOwnerSaysSo()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Subscribed = "theToken";
        bench.Start();
        Connection connection = await SubscribedAsync(bench);

        await connection.RequestAsync("event", Event("theToken", "e1", "kill"));
        await bench.Running.WaitAsync(CraftedScheduler.Patience);

        await bench.Worker.DisposeAsync();
        bench.Start();
        await Assert.ThrowsAsync<WorkerDisabledException>(() => bench.Running);
        bench.Start(o => o with { StartEvenIfDisabled = true });
        await bench.UntilAsync(() => bench.Worker.Status().State == WorkerState.Working, "the start");
    }

    [Fact]
    public async Task ARemovedJobIsReturned()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Subscribed = "theToken";
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Id = "jRemoved", Source = "async x => { for (;;) { progress(); await new Promise(r => setTimeout(r, 100)); } }", Data = [1, 2, 3] });
        bench.Start();
        await bench.EventAsync<SliceProgress>();
        Connection connection = await SubscribedAsync(bench);

        await connection.RequestAsync("event", Event("theToken", "e1", "remove", "jRemoved"));

        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 3, "3 returned slices");
    }

    /// <summary>The connection, once the worker has taken in the answer to its subscription.</summary>
    internal static async Task<Connection> SubscribedAsync(WorkerBench bench)
    {
        await bench.UntilAsync(() => bench.Scheduler.EventConnection is not null, "the subscription");
        for (int i = 0; ; i++)
        {
            if ((await bench.Scheduler.EventConnection!.RequestAsync("event", Event("theToken", $"ready{i}", "announce"))).Success)
            {
                return bench.Scheduler.EventConnection;
            }
        }
    }

    internal static JsObject Event(string token, string id, string command, JsObject payload) => new()
    {
        ["token"] = token,
        ["event"] = new JsObject
        {
            ["eventId"] = id,
            ["data"] = new JsObject { ["eventName"] = "schedmsg::command", ["command"] = command, ["payload"] = payload },
        },
    };

    private static JsObject Event(string token, string id, string command, string? jobId = null) =>
        Event(token, id, command, jobId is null ? new JsObject() : new JsObject { ["jobId"] = jobId });
}
