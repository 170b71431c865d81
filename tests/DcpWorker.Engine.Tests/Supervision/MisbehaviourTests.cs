using System.Diagnostics;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Supervision;

/// <summary>A worker whose scheduler, network, jobs or evaluators do what they should not.</summary>
public sealed class MisbehaviourTests
{
    private const string Slow = "async x => { for (let i = 0; i < 600; i++) { progress(i / 600); await new Promise(r => setTimeout(r, 100)); } return x; }";

    [Fact]
    public async Task StopsWhenTheSchedulerSendsAJobThatWasNotAskedFor()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(Numbers(3));
        bench.Start(o => o with { JobIds = ["someOtherJob"] });

        await bench.Running.WaitAsync(CraftedScheduler.Patience);

        Assert.Contains(bench.Events<WorkerError>(), e => e.Code == "EUNREQUESTED");
        Assert.Empty(bench.Scheduler.Requests("result"));
        Assert.Equal(16, bench.Scheduler.Requests("requestTask@3")[^1]["fetchState"].AsInt32());
    }

    [Fact]
    public async Task OffersARefusedResultOnceMoreAndThenReturnsTheSlice()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(Numbers(1));
        bench.Scheduler.Intercept = (operation, _) =>
            operation == "result" ? throw new ProtocolException("ENOTYOURS", "no such lease") : Task.FromResult<JsValue?>(null);
        bench.Start();

        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 1, "the return of the slice");

        Assert.Equal(2, bench.Scheduler.Requests("result").Count);
        Assert.Equal("ENOTYOURS", bench.Scheduler.Returned()[0].Reason.AsString());
        Assert.Contains(bench.Events<ResultRefused>(), e => e.Code == "ENOTYOURS");
    }

    [Fact]
    public async Task DeliversAResultAgainWhenTheConnectionIsLostBeforeItsAnswer()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(Numbers(4));
        int cuts = 0;
        bench.Scheduler.Intercept = async (operation, _) =>
        {
            if (operation == "result" && Interlocked.Increment(ref cuts) == 1)
            {
                await bench.Scheduler.RestartAsync();
                throw new ProtocolException("ECONNRESET", "lost");
            }

            return null;
        };
        bench.Start();

        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 4, "4 acknowledged results");

        Assert.Equal([2, 4, 6, 8], bench.Scheduler.Results().OrderBy(r => r.Key).Select(r => (int)r.Value.AsNumber()!.Value));
        Assert.True(bench.Scheduler.Requests("result").Count > 4);
    }

    [Fact]
    public async Task LosesNothingWhenEverySocketIsCutInTheMiddle()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.MaxSlices = 5;
        bench.Scheduler.Add(Numbers(40));
        int results = 0;
        bench.Scheduler.Intercept = (operation, _) =>
        {
            if (operation == "result" && Interlocked.Increment(ref results) is 5 or 15)
            {
                bench.Scheduler.Cut();
            }

            return Task.FromResult<JsValue?>(null);
        };
        bench.Start();

        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 40, "40 acknowledged results");

        Assert.Equal(40, bench.Scheduler.Results().Count);
        Assert.Equal(40, bench.Events<SliceCompleted>().Count);
    }

    [Fact]
    public async Task SurvivesGarbageForAnAnswerAndServesTheNextJob()
    {
        await using WorkerBench bench = new();
        Queue<JsValue> garbage = new([
            17,
            "what?",
            new JsObject { ["body"] = new JsArray() },
            new JsObject { ["body"] = new JsObject { ["newJobs"] = 3, ["task"] = new JsObject { ["x"] = "y" }, ["computeGroupOrigins"] = 1, ["schedulerConfig"] = new JsArray() } },
            new JsObject
            {
                ["body"] = new JsObject
                {
                    ["newJobs"] = new JsObject { ["j"] = new JsObject { ["codeLocation"] = 5 } },
                    ["task"] = new JsObject { ["j"] = new JsArray(JsValue.Null, new JsObject { ["sliceNumber"] = -1 }, new JsObject { ["sliceNumber"] = 1.5 }, new JsObject { ["sliceNumber"] = 2 }) },
                },
            },
        ]);
        bench.Scheduler.Intercept = (operation, _) => Task.FromResult(operation == "requestTask@3" && garbage.TryDequeue(out JsValue? answer) ? answer : null);
        bench.Scheduler.Add(Numbers(3));
        bench.Start();

        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 3, "3 results");

        Assert.True(bench.Events<FetchFailed>().Count >= 2);
        Assert.Equal([(2, "unknown job")], bench.Scheduler.Returned().Select(r => (r.Slice, r.Reason.AsString()!)));
    }

    [Fact]
    public async Task TriesASliceAgainWhoseEvaluatorIsKilledAndReturnsItAfterTheThirdDeath()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = Slow, Data = [1] });
        bench.Start(o => o with { Sandboxes = 1 });
        for (int death = 1; death <= 3; death++)
        {
            await bench.UntilAsync(() => bench.Events<SliceProgress>().Count > 0 && bench.Events<SliceStarted>().Count == death, $"start {death} of the slice");
            Process.GetProcessById(bench.Daemon.EventsSoFar().OfType<ConnectionOpened>().Last().ProcessId).Kill();
            await bench.UntilAsync(() => bench.Events<SliceFailed>().Count == death, $"death {death}");
        }

        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 1, "the return of the slice");

        Assert.Equal("ESANDBOX", bench.Scheduler.Returned()[0].Reason.AsString());
        Assert.Equal([true, true, false], bench.Events<SliceFailed>().Select(e => e.WillRetry));
    }

    [Fact]
    public async Task LetsGoOfAJobWhoseWorkFunctionCannotBeDecompressed()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Files["/code"] = new(200, "") { Compressed = ("gzip", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff]) };
        bench.Scheduler.Add(new CraftedJob { Id = "jBroken", CodeLocation = new Uri(bench.Scheduler.Location, "/code").AbsoluteUri, Data = [1, 2, 3] });
        CraftedJob good = Numbers(3);
        bench.Scheduler.Add(good);
        bench.Start();

        await bench.UntilAsync(() => bench.Scheduler.Results(good.Id).Count == 3 && bench.Scheduler.Returned().Count == 3, "the good results and the bad slices");

        Assert.All(bench.Scheduler.Returned(), r => Assert.Equal("EJOBFETCH", r.Reason.AsString()));
    }

    [Fact]
    public async Task AFaultOfOurOwnWhileAJobIsLoadedCostsThatJobOnly()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Files["/code"] = new(200, "x => x");
        bench.Scheduler.Add(new CraftedJob { Id = "jUnlucky", CodeLocation = new Uri(bench.Scheduler.Location, "/code").AbsoluteUri, Data = [1, 2, 3] });
        CraftedJob good = Numbers(3);
        bench.Scheduler.Add(good);
        TimeSpan faulty = TimeSpan.FromSeconds(12345);
        bench.Start(o => o with { Tuning = o.Tuning with { ArtifactTimeout = faulty } }, time: new FaultyTime(faulty));

        await bench.UntilAsync(() => bench.Scheduler.Results(good.Id).Count == 3 && bench.Scheduler.Returned().Count == 3, "the good results and the bad slices");

        Assert.All(bench.Scheduler.Returned(), r => Assert.Equal("EFAULT", r.Reason.AsString()));
        Assert.Contains(bench.Events<WorkerWarning>(), e => e.Code == "EFAULT");
    }

    [Fact]
    public async Task LetsGoOfAJobThatDoesNotCompileAndServesTheOthers()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Id = "jBroken", Source = "x => { this is no JavaScript", Data = [1, 2, 3] });
        CraftedJob good = Numbers(3);
        bench.Scheduler.Add(good);
        bench.Start();

        await bench.UntilAsync(() => bench.Scheduler.Results(good.Id).Count == 3 && bench.Scheduler.Returned().Count == 3, "the good results and the bad slices");
        await bench.UntilAsync(() => ((JsArray)bench.Scheduler.Requests("requestTask@3")[^1]["rejectedJobs"]).Strings().Contains("jBroken"), "the job's name on the list");

        Assert.All(bench.Scheduler.Returned(), r => Assert.Equal("EASSIGN", r.Reason.AsString()));
        Assert.Contains(bench.Scheduler.Requests("workEmit"), e => e["eventName"].AsString() == "error" && e["job"].AsString() == "jBroken");
        Assert.InRange(bench.Events<SliceFailed>().Count, 2, 3);
    }

    [Fact]
    public async Task ReturnsAJobThatRejectsThisWorkerWithTheReason()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Id = "jPicky", Source = "x => { progress(); work.reject('not here', 1); }", Data = [1] });
        bench.Start();

        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 1, "the return");

        JsValue reason = bench.Scheduler.Returned()[0].Reason;
        Assert.Equal(("not here", 1, "EWORKREJECT"), (reason["message"].AsString(), reason["retries"].AsInt32(), reason["errorCode"].AsString()));
        Assert.Equal(2, bench.Events<SliceFailed>().Count);
        await bench.UntilAsync(() => ((JsArray)bench.Scheduler.Requests("requestTask@3")[^1]["rejectedJobs"]).Strings().Contains("jPicky"), "the job's name on the list");
    }

    [Fact]
    public async Task DoesNotFetchDataFromAnOriginThatIsNotAllowed()
    {
        await using TestWebServer elsewhere = new(_ => throw new InvalidOperationException("must not be asked"));
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Data = [1], DatumLocation = _ => new Uri(elsewhere.Location, "/datum").AbsoluteUri });
        bench.Start();

        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 1, "the return");

        Assert.Equal("EPERM_ORIGIN", bench.Scheduler.Returned()[0].Reason.AsString());
    }

    [Fact]
    public async Task FetchesCodeArgumentsAndDataFromTheSchedulersOwnOriginAndReturnsWhatIsNotThere()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Files["/code"] = new(200, "(x, y) => { progress(); return x.n + y; }");
        bench.Scheduler.Files["/argument"] = new(200, "1000", "application/json");
        bench.Scheduler.Files["/datum/1"] = new(200, "{\"n\": 7}", "application/json");
        string At(string path) => new Uri(bench.Scheduler.Location, path).AbsoluteUri;
        bench.Scheduler.Add(new CraftedJob
        {
            CodeLocation = At("/code"),
            Arguments = new JsArray(new JsObject { ["argIndex"] = 0, ["value"] = At("/argument") }),
            Data = [JsValue.Null, JsValue.Null],
            DatumLocation = n => At($"/datum/{n}"),
        });
        bench.Start();

        await bench.UntilAsync(() => bench.Scheduler.Results().Count == 1 && bench.Scheduler.Returned().Count == 1, "a result and a return");

        Assert.Equal(1007, bench.Scheduler.Results()[1].AsNumber());
        Assert.Equal((2, "ESLICEFETCH"), (bench.Scheduler.Returned()[0].Slice, bench.Scheduler.Returned()[0].Reason.AsString()));
    }

    [Fact]
    public async Task LetsGoOfAJobWhoseModuleIsMissing()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Id = "jModule", Dependencies = JsArray.OfStrings(["nowhere/nothing"]), Data = [1] });
        bench.Scheduler.Intercept = (operation, _) => operation == "fetchModuleURL"
            ? throw new ProtocolException("ENOENT", "no such module")
            : Task.FromResult<JsValue?>(null);
        bench.Start();

        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 1, "the return");

        Assert.Equal("ENOMODULE", bench.Scheduler.Returned()[0].Reason.AsString());
        Assert.Equal("nowhere/nothing", ((JsArray)bench.Scheduler.Requests("fetchModuleURL")[0]["modules"])[0].AsString());
    }

    [Fact]
    public async Task DeliversWhatAWorkFunctionThrowsAsItsResultAndTellsTheOwner()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Source = "x => { progress(); throw new TypeError('bad ' + x); }", Data = [1] });
        bench.Start();

        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 1, "the result");

        JsError error = Assert.IsType<JsError>(bench.Scheduler.Results()[1]);
        Assert.Equal("bad 1", error.Message);
        Assert.Equal("EUNCAUGHT", error["errorCode"].AsString());
        JsValue emitted = Assert.Single(bench.Scheduler.Requests("workEmit"));
        Assert.Equal(("error", "bad 1"), (emitted["eventName"].AsString(), emitted["payload"]["message"].AsString()));
        Assert.Empty(bench.Scheduler.Returned());
    }

    [Fact]
    public async Task ReturnsASliceThatNeverReportsProgress()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = "x => x", Data = [1] });
        bench.Start();

        await bench.UntilAsync(() => bench.Scheduler.Returned().Count == 1 && bench.Scheduler.Requests("workEmit").Count == 1, "the return");

        Assert.Equal("ENOPROGRESS", bench.Scheduler.Returned()[0].Reason.AsString());
        Assert.Equal("noProgress", bench.Scheduler.Requests("workEmit")[0]["eventName"].AsString());
    }

    [Fact]
    public async Task WaitsForEvaluatorsAndGoesOnWhenTheyComeBack()
    {
        await using WorkerBench bench = new();
        int port = await bench.KillDaemonAsync();
        bench.Scheduler.Add(Numbers(3));
        bench.Start();
        await bench.EventAsync<EvaluatorDown>();
        Assert.True(bench.Worker.Status().EvaluatorDown);
        Assert.Empty(bench.Scheduler.Requests("requestTask@3"));

        bench.RestartDaemon(port);

        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 3, "3 results");
        Assert.Single(bench.Events<EvaluatorUp>());
    }

    [Fact]
    public async Task ReturnsWhatWaitsWhenThereHasBeenNoEvaluatorForAWhileAndDoesNotBlameTheSlices()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.HandsOutAgain = false;
        bench.Scheduler.Add(new CraftedJob { Source = Slow, Data = [1, 2] });
        bench.Start(o => o with { Sandboxes = 1, Tuning = o.Tuning with { EvaluatorPatience = TimeSpan.FromMilliseconds(100) } });
        await bench.EventAsync<SliceProgress>();

        await bench.KillDaemonAsync();

        await bench.UntilAsync(() => bench.Scheduler.Returned().Count > 0, "what waits returned");
        Assert.All(bench.Scheduler.Returned(), r => Assert.Equal(ReturnReason.EvaluatorDown, r.Reason.AsString()));
    }

    [Fact]
    public async Task GoesOnWithTheSliceInFlightWhenTheInetDaemonIsLost()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(new CraftedJob { Source = "async x => { for (let i = 0; i < 10; i++) { progress(i / 10); await new Promise(r => setTimeout(r, 100)); } return x; }", Data = [1, 2, 3, 4] });
        bench.Start();
        await bench.EventAsync<SliceProgress>();

        bench.RestartDaemon(await bench.KillDaemonAsync());

        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 4, "4 results");
        Assert.Empty(bench.Scheduler.Returned());
    }

    [Fact]
    public async Task ANextStartDeliversResultsThatTheLastOneCouldNotBeforeItAsksForWork()
    {
        await using WorkerBench bench = new();
        bench.Scheduler.Add(Numbers(3));
        bench.Scheduler.Intercept = (operation, _) =>
            operation == "result" ? throw new ProtocolException("ECONNRESET", "down") : Task.FromResult<JsValue?>(null);
        bench.Start();
        await bench.UntilAsync(() => bench.Events<SliceCompleted>().Count == 3, "3 computed slices");
        await bench.UntilAsync(() => bench.Worker.Status().ResultsPending == 3, "3 results under way");
        await bench.StopAsync(now: true);
        int before = bench.Scheduler.Requests("requestTask@3").Count;
        List<int> fetchesAtResult = [];
        bench.Scheduler.Intercept = (operation, _) =>
        {
            if (operation == "result")
            {
                fetchesAtResult.Add(bench.Scheduler.Requests("requestTask@3").Count - before);
            }

            return Task.FromResult<JsValue?>(null);
        };

        bench.Start();
        await bench.UntilAsync(() => bench.Events<ResultSubmitted>().Count == 3, "3 results");

        Assert.Equal([0, 0, 0], fetchesAtResult);
        Assert.Equal(3, bench.Scheduler.Results().Count);
        await bench.StopAsync();
        Assert.Equal(0, new FileInfo(Path.Combine(bench.Folder, "results.journal")).Length);
    }

    internal static CraftedJob Numbers(int count) => new() { Data = [.. Enumerable.Range(1, count).Select(i => (JsValue)i)] };

    /// <summary>A clock on which one time-out cannot be set.</summary>
    private sealed class FaultyTime(TimeSpan faulty) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            dueTime == faulty ? throw new NotSupportedException("a fault") : base.CreateTimer(callback, state, dueTime, period);
    }
}
