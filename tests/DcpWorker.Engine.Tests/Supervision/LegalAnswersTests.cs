using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Supervision;

/// <summary>Schedulers that say no more than they must, or say it otherwise than ours does.</summary>
public sealed class LegalAnswersTests
{
    [Fact]
    public async Task AJobMayConsistOfLocationsOnOtherOriginsThatItsGroupMayUse()
    {
        await using TestWebServer store = new(r => r.Path switch
        {
            "/code" => new(200, "async (x, ...more) => { progress(); return [x, ...more]; }", "application/javascript; charset=UTF-8"),
            "/argument" => new(200, KvinWriter.Serialize(new JsSet(1, 2)), "application/x-kvin"),
            "/range" => new(200, """{"sparse":true,"ranges":[{"start":1,"end":2,"step":1},{"start":10,"end":20,"step":10}]}""", "application/json"),
            _ => new(404, "")
        });
        await using WorkerBench bench = new();
        JsObject job = new()
        {
            ["worktime"] = new JsObject { ["version"] = ">=1.0.0 <2", ["name"] = "map-basic", ["extra"] = 1 },
            ["argumentsLocation"] = new JsArray(
                new JsObject { ["value"] = DataUri.Encode("\"second\"", "application/json"), ["argIndex"] = 1 },
                new JsObject { ["value"] = At("/argument"), ["argIndex"] = 0 }),
            ["MROLocation"] = At("/range"),
            ["codeLocation"] = At("/code"),
            ["jobCgId"] = "j-by-location-theGroup",
            ["needCapabilities"] = 64,
            ["unknownMember"] = new JsObject(),
        };
        bench.Scheduler.Intercept = (operation, data) => Task.FromResult<JsValue?>(operation != "requestTask@3" ? null : data["seq"].AsInt32() == 0
            ? Answer(
                new JsObject { ["j-by-location"] = job, ["jWithoutSlices"] = job },
                new JsObject { ["j-by-location"] = Slices(1, 2, 3, 4) },
                new JsObject { ["theGroup"] = new JsObject { ["fetchWorkFunctions"] = Origins(), ["fetchArguments"] = Origins(), ["fetchData"] = Origins() } })
            : new JsObject { ["body"] = new JsObject() });
        bench.Start();

        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 4, "4 results");

        Assert.Equal(
            ["[1,[1,2],\"second\"]", "[2,[1,2],\"second\"]", "[10,[1,2],\"second\"]", "[20,[1,2],\"second\"]"],
            bench.Scheduler.Results().OrderBy(r => r.Key).Select(r => Text(r.Value)));

        string At(string path) => new Uri(store.Location, path).AbsoluteUri;
        JsArray Origins() => new(store.Location.GetLeftPart(UriPartial.Authority));
        static string Text(JsValue value)
        {
            JsArray list = (JsArray)value;
            return $"[{list[0].AsNumber()},[{string.Join(',', ((JsSet)list[1]).Elements.Select(e => e.AsNumber()))}],\"{list[2].AsString()}\"]";
        }
    }

    [Fact]
    public async Task WhatIsLeftOutIsTakenAsTheNetworkTakesIt()
    {
        await using WorkerBench bench = new();
        JsObject job = new() { ["codeLocation"] = DataUri.Encode("async x => { progress(); return new Set([x]); }") };
        JsObject known = new() { ["jobId"] = "jBare", ["metrics"] = new JsObject { ["sliceCPUTime"] = 5 } };
        bench.Scheduler.Intercept = (operation, data) => Task.FromResult<JsValue?>(operation switch
        {
            "requestTask@3" => data["seq"].AsInt32() switch
            {
                0 => Answer(new JsObject { ["jBare"] = job }, new JsObject { ["jBare"] = Slices("data:,a", 1) }, new JsObject()),
                1 => Answer(new JsObject { ["jBare"] = known }, new JsObject { ["jBare"] = Slices("data:,b", 2) }, JsValue.Undefined),
                _ => new JsObject { ["body"] = new JsObject() },
            },
            "result" => new JsObject { ["slicePaymentAmount"] = data["slice"].AsInt32() == 1 ? 0.5 : "0.25", ["metrics"] = new JsObject() },
            _ => null,
        });
        bench.Start();

        await bench.UntilAsync(() => bench.Events<PaymentReceived>().Count == 2, "2 payments");

        Assert.Equal([0.5m, 0.25m], bench.Events<PaymentReceived>().OrderBy(p => p.SliceNumber).Select(p => p.Amount));

        // a job that does not ask for version 9 gets the version before
        Assert.All(bench.Scheduler.Requests("result"), r => Assert.Contains("\"_serializeVerId\":\"v8\"", KvinReader.Unmarshal(r["resultV2"])["string"].AsString(), StringComparison.Ordinal));

        // whatever authorises the slices comes back as it was
        Assert.All(
            bench.Scheduler.Requests("result").Concat(bench.Scheduler.Requests("status").SelectMany(s => ((JsArray)s["slices"]).Items).Select(s => s!)),
            r => Assert.Equal("""{"further":[{}],"auth":{"2":[1.5e+22,"é/"],"b":null}}""", JsonWriter.Write(r["authorizationMessage"])));
    }

    [Fact]
    public async Task AJobWithPriorityIsTheOnlyOneAskedForAsLongAsItHasSlices()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Subscribed = "theToken";
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.MaxSlices = 2;
        bench.Scheduler.Add(new CraftedJob { Id = "jOther", Source = "async x => { for (;;) { progress(); await new Promise(r => setTimeout(r, 100)); } }", Data = [1, 2] });
        bench.Start();
        await bench.EventAsync<SliceProgress>();
        bench.Scheduler.Add(new CraftedJob { Id = "jFirst", Data = [1, 2, 3, 4] });

        Engine.Protocol.Connection connection = await SchedulerCommandsTests.SubscribedAsync(bench);
        await connection.RequestAsync("event", SchedulerCommandsTests.Event("theToken", "e1", "addPriorityJob", new JsObject { ["jobId"] = "jFirst", ["immediate"] = true }));

        await bench.UntilAsync(() => bench.Scheduler.Results("jFirst").Count == 4, "the results of the job with priority");
        Assert.Equal(["SchedMsg", "SchedMsg"], bench.Scheduler.Returned().Select(r => r.Reason.AsString()));
        Assert.Contains(bench.Scheduler.Requests("requestTask@3"), r => ((JsArray)r["jobIds"]).Strings().SequenceEqual(["jFirst"]));

        // the end of the job is not told to who holds nothing of it
        await bench.UntilAsync(() => ((JsArray)bench.Scheduler.Requests("requestTask@3")[^1]["jobIds"]).Items.Count == 0, "a request for any job");
    }

    [Fact]
    public async Task WhatIsHeldIsReportedAsOftenAsTheSchedulerWantsToKnow()
    {
        await using WorkerBench bench = new();
        JsObject job = new() { ["codeLocation"] = DataUri.Encode("async x => { for (;;) { progress(); await new Promise(r => setTimeout(r, 100)); } }") };
        bench.Scheduler.Intercept = (operation, data) =>
        {
            if (operation != "requestTask@3" || data["seq"].AsInt32() != 0)
            {
                return Task.FromResult<JsValue?>(operation == "requestTask@3" ? new JsObject { ["body"] = new JsObject() } : null);
            }

            JsObject answer = Answer(new JsObject { ["jHeld"] = job }, new JsObject { ["jHeld"] = new JsArray(Slices("data:,a", 4)[0], Slices("data:,b", 7)[0]) }, new JsObject());
            answer["body"]["schedulerConfig"] = new JsObject { ["shared"] = new JsObject { ["frequencyMs"] = 1000, ["useLifetimeAnalysis"] = true, ["lifetimeFactor"] = 1 } };
            return Task.FromResult<JsValue?>(answer);
        };
        bench.Start();

        await bench.UntilAsync(() => Reports().Count >= 2, "two reports");

        // nothing else is said when no work is wanted; two cores are busy here
        JsValue report = Reports()[0];
        Assert.Equal(2, report["fetchState"].AsInt32());
        Assert.Equal("""{"jHeld":[4,7]}""", JsonWriter.Write(report["soteriaJobs"]));
        Assert.Equal("{}", JsonWriter.Write(report["overdueSlices"]));
        Assert.Equal(["coreStats", "paymentAddress", "soteriaJobs", "overdueSlices", "fetchState"], ((JsObject)report).Names);

        List<JsValue> Reports() => [.. bench.Scheduler.Requests("requestTask@3").Where(r => !r["soteriaJobs"].IsNullish)];
    }

    [Fact]
    public async Task ADiscreteJobThatWasWorkedOnIsNamedInEveryLaterRequest()
    {
        await using WorkerBench bench = new();
        JsObject job = new() { ["codeLocation"] = DataUri.Encode("x => { progress(); return x; }"), ["discrete"] = true };
        bench.Scheduler.Intercept = (operation, data) => Task.FromResult<JsValue?>(operation != "requestTask@3" ? null : data["seq"].AsInt32() == 0
            ? Answer(new JsObject { ["jOnce"] = job }, new JsObject { ["jOnce"] = Slices("data:,a", 1) }, new JsObject())
            : new JsObject { ["body"] = new JsObject() });
        bench.Start();

        await bench.UntilAsync(() => bench.Scheduler.Requests("requestTask@3").Any(r => r["previouslyWorkedJobs"] is JsArray { Items.Count: 1 }), "the job's id");

        Assert.Equal(["jOnce"], ((JsArray)bench.Scheduler.Requests("requestTask@3")[^1]["previouslyWorkedJobs"]).Strings());
    }

    private static JsObject Answer(JsObject jobs, JsObject task, JsValue origins) => new()
    {
        ["body"] = new JsObject { ["task"] = task, ["pendingNotifications"] = true, ["computeGroupOrigins"] = origins, ["newJobs"] = jobs, ["schedulerConfig"] = new JsObject { ["targetTaskDuration"] = 60 } },
        ["further"] = new JsArray(new JsObject()),
        ["auth"] = new JsObject { ["2"] = new JsArray(1.5e22, "é/"), ["b"] = JsValue.Null },
    };

    private static JsArray Slices(params int[] numbers) =>
        new(numbers.Select(JsValue? (n) => new JsObject { ["sliceNumber"] = n, ["isEstimationSlice"] = 1, ["resultStorageType"] = "values" }));

    private static JsArray Slices(string datum, int number) => new(new JsObject { ["datumUri"] = datum, ["sliceNumber"] = number });
}
