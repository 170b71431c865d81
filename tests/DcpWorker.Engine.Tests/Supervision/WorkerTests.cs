using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Supervision;

/// <summary>A worker between a scheduler's side and real evaluators, when all goes well.</summary>
public sealed class WorkerTests
{
    [Fact]
    public async Task ComputesEverySliceAndDeliversItsResultWithMetricsAndAuthorisation()
    {
        await using WorkerBench bench = new();
        CraftedJob job = new() { Data = [.. Enumerable.Range(1, 20).Select(i => (JsValue)i)] };
        bench.Scheduler.Add(job);
        bench.Start();

        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 20, "20 results");
        await bench.StopAsync();

        Assert.All(bench.Scheduler.Results(), r => Assert.Equal(2 * r.Key, r.Value.AsNumber()));
        Assert.Equal(20, bench.Scheduler.Results().Count);
        Assert.Equal(Enumerable.Range(1, 20), bench.Scheduler.Begun().Distinct().Order());
        JsValue first = bench.Scheduler.Requests("result")[0];
        Assert.Equal(bench.Worker.Id, first["worker"].AsString());
        Assert.Equal(WorkerBench.Account.ToString(), first["paymentAddress"].AsString());
        Assert.Equal("crafted", first["authorizationMessage"]["auth"]["schedulerId"].AsString());
        Assert.True(first["authorizationMessage"]["body"] is JsUndefined);
        Assert.InRange(first["metrics"]["CPUTime"].AsNumber()!.Value, 1, 60_000);
        Assert.InRange(first["metrics"]["CPUDensity"].AsNumber()!.Value, 0.001, 1);
        Assert.Equal(20 * 0.25m, bench.Worker.Status().Earned);
        Assert.Equal(20, bench.Worker.Status().SlicesCompleted);
        Assert.Equal(WorkerState.Stopped, bench.Worker.Status().State);
    }

    [Fact]
    public async Task DeliversNullAndUndefinedResultsLikeAnyOther()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Source = "x => { progress(); return x ? null : undefined; }", Data = [true, false] });
        bench.Start();

        await bench.UntilAsync(() => bench.Scheduler.Results().Count == 2, "2 results");

        Assert.IsType<JsNull>(bench.Scheduler.Results()[1]);
        Assert.IsType<JsUndefined>(bench.Scheduler.Results()[2]);
        Assert.Empty(bench.Scheduler.Returned());
    }

    [Fact]
    public async Task SendsAResultToTheJobsOwnStoreAndSubmitsTheStoresAnswer()
    {
        List<TestWebServer.Request> posts = [];
        await using TestWebServer store = new(request =>
        {
            posts.Add(request);
            return new(200, "kept as 17");
        });
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob
        {
            Source = "x => { progress(); return 'r&' + x; }",
            Data = [5],
            SliceExtras = new JsObject
            {
                ["resultStorageType"] = "pattern",
                ["resultStorageDetails"] = new Uri(store.Location, "/put").AbsoluteUri,
                ["resultStorageParams"] = new JsObject { ["token"] = "t 1" },
            },
        });
        bench.Start(o => o with { AllowedOrigins = new AllowedOrigins { SendResults = [store.Location] } });

        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 1, "the result");

        TestWebServer.Request post = Assert.Single(posts);
        Assert.Equal(("POST", "/put"), (post.Method, post.Path));
        Assert.Equal("contentType=application%2Fjson&element=1&token=t+1&content=%22r%265%22", post.Body);
        JsValue result = Assert.Single(bench.Scheduler.Requests("result"));
        Assert.Equal("data:,kept%20as%2017", result["result"].AsString());
        Assert.IsType<JsUndefined>(result["resultV2"]);
    }
}
