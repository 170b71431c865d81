using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Deployment.Events;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Supervision.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Deployment;

/// <summary>A deployer and a scheduler that answers otherwise than ours does.</summary>
public sealed class OtherSchedulerTests : IAsyncDisposable
{
    private static readonly string[] Labels = ["stop", "result", "nofunds", "custom"];

    private readonly CraftedScheduler _scheduler = new();
    private readonly PrivateKey _identity = PrivateKey.Create();
    private readonly CancellationTokenSource _limit = new(CraftedScheduler.Patience);

    public async ValueTask DisposeAsync()
    {
        await _scheduler.DisposeAsync();
        _identity.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task A_result_that_the_scheduler_keeps_at_a_location_of_its_own_is_fetched()
    {
        _scheduler.Files["/stored"] = new(200, """{"a":1}""", "application/json");
        Intercept(_ => throw new ProtocolException("EINVAL", "not needed"));
        await using JobDeployer deployer = await DeployerAsync();
        await using DeployedJob job = await deployer.DeployAsync(Job(), _limit.Token);

        await EventAsync("result", Result(1, new Uri(_scheduler.Location, "/stored").AbsoluteUri));
        await EventAsync("result", Result(2, "http://elsewhere.example/stored"));
        await EventAsync("result", Result(3, "data:,here"));
        await EventAsync("stop", new JsObject { ["runStatus"] = "finished", ["sliceCount"] = 3 });
        List<JsValue> results = await ResultsAsync(job);

        Assert.Equal(1, results[0]["a"].AsNumber());
        Assert.Equal("http://elsewhere.example/stored", Assert.IsType<JsUrl>(results[1]).Href);
        Assert.Equal("here", results[2].AsString());
    }

    [Fact]
    public async Task Missing_results_are_asked_for_one_by_one_when_that_is_all_the_scheduler_takes()
    {
        Intercept(data => data["range"] is JsArray { Items: [{ } only] }
            ? new JsArray(new JsObject { ["slice"] = only, ["value"] = Uri.EscapeDataString($"data:,{only}") })
            : throw new ProtocolException("EINVAL", "one at a time"));
        await using JobDeployer deployer = await DeployerAsync();
        await using DeployedJob job = await deployer.DeployAsync(Job(), _limit.Token);

        await EventAsync("stop", new JsObject { ["runStatus"] = "finished", ["sliceCount"] = 3 });

        Assert.Equal(["1", "2", "3"], (await ResultsAsync(job)).Select(r => r.AsString()));
    }

    [Fact]
    public async Task The_end_of_the_funds_is_told()
    {
        Intercept(_ => new JsArray());
        await using JobDeployer deployer = await DeployerAsync();
        await using DeployedJob job = await deployer.DeployAsync(Job(), _limit.Token);

        await EventAsync("nofunds", new JsObject { ["required"] = 3 });
        await EventAsync("stop", new JsObject { ["runStatus"] = "cancelled", ["reason"] = "", ["error"] = new JsObject { ["message"] = "no funds", ["code"] = "ENOFUNDS" } });

        DeploymentException e = await Assert.ThrowsAsync<DeploymentException>(() => job.Completion.WaitAsync(_limit.Token));
        Assert.Equal("ENOFUNDS", e.Code);
        Assert.Equal("ENOFUNDS", Assert.Single((await EventsAsync(job)).OfType<SliceError>()).Code);
    }

    [Fact]
    public async Task Who_reads_events_too_slowly_loses_no_result_and_learns_what_is_lost()
    {
        Intercept(_ => new JsArray());
        await using JobDeployer deployer = await DeployerAsync(new DeploymentOptions { EventBacklog = 5 });
        await using DeployedJob job = await deployer.DeployAsync(Job(), _limit.Token);

        for (int slice = 1; slice <= 3; slice++)
        {
            await EventAsync("result", Result(slice, $"data:,{slice}"));
            for (int i = 0; i < 10; i++)
            {
                await EventAsync("custom", new JsObject { ["slice"] = slice, ["customEvent"] = "tick", ["data"] = i });
            }
        }

        await EventAsync("stop", new JsObject { ["runStatus"] = "finished", ["sliceCount"] = 3 });
        await job.Completion.WaitAsync(_limit.Token);
        List<JobEvent> events = await EventsAsync(job);

        Assert.Equal([1, 2, 3], events.OfType<ResultReceived>().Select(e => e.SliceNumber));
        Assert.Equal([5, 6, 7, 8, 9], events.OfType<JobCustomEvent>().Select(e => e.Data.AsInt32()!.Value));
        Assert.Equal(25, Assert.Single(events.OfType<JobEventsLost>()).Count);
        Assert.IsType<JobStopped>(events[^1]);
    }

    [Fact]
    public async Task A_finished_job_whose_results_the_scheduler_does_not_give_has_failed()
    {
        Intercept(_ => new JsArray());
        await using JobDeployer deployer = await DeployerAsync();
        await using DeployedJob job = await deployer.DeployAsync(Job(), _limit.Token);

        await EventAsync("result", Result(1, "data:,1"));
        await EventAsync("stop", new JsObject { ["runStatus"] = "finished", ["sliceCount"] = 3 });

        DeploymentException e = await Assert.ThrowsAsync<DeploymentException>(() => ResultsAsync(job));
        Assert.Equal("ENORESULTS", e.Code);
        Assert.Contains("slice 2", e.Message, StringComparison.Ordinal);
        Assert.IsType<JobStopped>((await EventsAsync(job))[^1]);
    }

    private static JobDefinition Job() => new()
    {
        WorkFunction = "x => x",
        Input = new ValuesInput([1, 2, 3]),
    };

    private static JsObject Result(int slice, string location) => new() { ["sliceNumber"] = slice, ["result"] = new JsObject { ["result"] = location } };

    private void Intercept(Func<JsValue, JsValue> fetchResult) => _scheduler.Intercept = (operation, data) => Task.FromResult<JsValue?>(operation switch
    {
        "submit@5" => new JsObject { ["escrow"] = _identity.Address.ToString(), ["status"] = "running", ["lastSliceNumber"] = 0 },
        "subscribeMany" => new JsObject { ["tokens"] = new JsArray(Labels.Select(JsValue? (l) => new JsObject { ["token"] = "t-" + l, ["event"] = l })) },
        "fetchResult" => fetchResult(data),
        _ => new JsObject { ["success"] = true },
    });

    private async Task EventAsync(string label, JsObject data)
    {
        data["eventName"] = label;
        Response answer = await _scheduler.EventConnection!.RequestAsync("event", new JsObject { ["token"] = "t-" + label, ["event"] = new JsObject { ["data"] = data } });
        answer.ThrowIfFailed();
    }

    private async Task<JobDeployer> DeployerAsync(DeploymentOptions? options = null)
    {
        using HttpClient http = new();
        SchedulerConfiguration configuration = await SchedulerConfiguration.FetchAsync(_scheduler.Location, http, _limit.Token);
        return new JobDeployer(configuration, _identity, _identity, options ?? DeploymentOptions.Default, ConnectionOptions.Default, null, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private async Task<List<JobEvent>> EventsAsync(DeployedJob job)
    {
        List<JobEvent> events = [];
        await foreach (JobEvent e in job.ReadEventsAsync(_limit.Token))
        {
            events.Add(e);
        }

        return events;
    }

    private async Task<List<JsValue>> ResultsAsync(DeployedJob job)
    {
        List<JsValue> results = [];
        await foreach (JobResult result in job.ReadResultsAsync(_limit.Token))
        {
            results.Add(result.Value);
        }

        return results;
    }
}
