using DcpScheduler.Tests.Support;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;

namespace DcpScheduler.Tests.Services;

/// <summary>What workers say when they give slices back, as they say it.</summary>
public sealed class ReturnTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dcp-scheduler-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Harmless() => [.. ReturnReason.Harmless];

    [Theory]
    [MemberData(nameof(Harmless))]
    public async Task Job_outlives_any_number_of_returns_that_say_nothing_against_it(string reason)
    {
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(_folder);
        await using Client client = new(scheduler.Url);
        await client.DeployAsync("abc", 1);
        for (int i = 0; i <= SchedulerOptions.Default.MaxReturnsInARow; i++)
        {
            await TakeAndReturnAsync(client, reason);
        }

        Assert.Equal("running", await StatusAsync(client));
    }

    [Theory]
    [InlineData("ENOPROGRESS")]
    [InlineData("ESANDBOX")]
    [InlineData(null)]
    public async Task Job_whose_slice_fails_again_and_again_is_cancelled(string? reason)
    {
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(_folder);
        await using Client client = new(scheduler.Url);
        await client.DeployAsync("abc", 1);
        for (int i = 0; i < SchedulerOptions.Default.MaxReturnsPerSlice; i++)
        {
            Assert.Equal("running", await StatusAsync(client));
            await TakeAndReturnAsync(client, reason);
        }

        Assert.Equal("cancelled", await StatusAsync(client));
    }

    private static async Task TakeAndReturnAsync(Client client, string? reason)
    {
        JsValue task = (await client.AskAsync("task-distributor", "requestTask@3", Client.TaskRequest("w"))).Payload;
        Assert.True(task["body"]["task"]["abc"] is JsArray { Items.Count: 1 }, JsonWriter.Write(task));
        JsObject entry = new() { ["job"] = "abc", ["sliceNumbers"] = new JsArray(1), ["status"] = "return", ["reason"] = reason };
        (await client.AskAsync("result-submitter", "status", new JsObject { ["worker"] = "w", ["slices"] = new JsArray(entry) })).ThrowIfFailed();
    }

    private static async Task<string?> StatusAsync(Client client)
    {
        Response jobs = await client.AskAsync("job-submit", "listJobs", new JsObject { ["job"] = "abc" });
        return ((JsArray)jobs.Payload)[0]["status"].AsString();
    }
}
