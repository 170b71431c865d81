using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Sandboxes;

/// <summary>Slices in real evaluators with the official set-up files.</summary>
public sealed class SliceTests
{
    [Fact]
    public async Task A_sandbox_tells_what_it_can_do()
    {
        await using SandboxBed bed = new();
        await using Sandbox sandbox = await bed.StartAsync();
        Assert.Equal(SandboxCapabilities.V8 | SandboxCapabilities.Fdlibm | SandboxCapabilities.KvinV9, sandbox.Description.Capabilities);
        Assert.Contains(new Worktime("map-basic", "1.0.0"), sandbox.Description.Worktimes);
        Assert.Equal(SandboxState.Ready, sandbox.State);
    }

    [Fact]
    public async Task Slices_of_one_job_run_one_after_the_other_in_one_sandbox()
    {
        await using SandboxBed bed = new();
        await using Sandbox sandbox = await bed.AssignAsync("async (x) => { progress(); return x * 2; }");
        foreach (int datum in (int[])[21, 1, -7])
        {
            SliceCompleted done = Assert.IsType<SliceCompleted>(await bed.WorkAsync(sandbox, datum));
            Assert.Equal(datum * 2, done.Result.AsInt32());
            Assert.True(done.Measurement.Total > TimeSpan.Zero);
        }

        Assert.Equal(SandboxState.Assigned, sandbox.State);
        Assert.Equal(3, sandbox.Uses);
        Assert.Equal("jTest", sandbox.JobId);
    }

    [Fact]
    public async Task Arguments_follow_the_datum_and_public_information_is_there()
    {
        await using SandboxBed bed = new();
        await using Sandbox sandbox = await bed.AssignAsync(new JobAssignment
        {
            JobId = "jArguments",
            WorkFunction = "(x, y, o) => { progress(1); return [x, y, o.z, work.job.public.name, (function () { return this === undefined; })()]; }",
            Arguments = [2, new JsObject { ["z"] = "three" }],
            Public = new JobPublic("a name", "a description", "https://example.com/"),
            UseStrict = true,
        });
        SliceCompleted done = Assert.IsType<SliceCompleted>(await bed.WorkAsync(sandbox, 1));
        Assert.Equal("""[1,2,"three","a name",true]""", JsonWriter.Write(done.Result));
    }

    [Fact]
    public async Task Values_of_every_kind_go_in_and_come_out()
    {
        JsObject datum = new()
        {
            ["undefined"] = JsValue.Undefined,
            ["null"] = JsValue.Null,
            ["infinity"] = double.NegativeInfinity,
            ["zero"] = -0.0,
            ["text"] = "\u00e4\u20ac\ud83d\ude00\n\"",
            ["list"] = new JsArray(Enumerable.Range(0, 20).Select(JsValue? (i) => i)),
            ["bytes"] = new JsTypedArray(TypedArrayKind.Uint8Array, [1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255]),
            ["floats"] = JsTypedArray.FromNumbers(TypedArrayKind.Float64Array, [1.5, -2.5]),
            ["big"] = new JsBigInt(1234567890123456789),
        };
        await using SandboxBed bed = new();
        SliceCompleted done = Assert.IsType<SliceCompleted>(await bed.RunAsync("x => { progress(); return x; }", datum));
        Assert.All(datum, p => Assert.True(DeepEquality.AreEqual(p.Value, done.Result[p.Key]), p.Key + done.Result[p.Key]));
    }

    [Fact]
    public async Task Large_values_go_in_and_come_out()
    {
        string text = new('y', 8 << 20);
        byte[] bytes = new byte[8 << 20];
        new Random(1).NextBytes(bytes);
        await using SandboxBed bed = new();
        SliceCompleted done = Assert.IsType<SliceCompleted>(await bed.RunAsync(
            "x => { progress(); return x; }",
            new JsObject { ["text"] = text, ["bytes"] = new JsTypedArray(TypedArrayKind.Uint8Array, bytes) }));
        Assert.Equal(text, done.Result["text"].AsString());
        Assert.True(bytes.AsSpan().SequenceEqual(((JsTypedArray)done.Result["bytes"]).Bytes));
    }

    [Fact]
    public async Task An_exception_is_an_outcome_and_the_sandbox_lives_on()
    {
        await using SandboxBed bed = new();
        await using Sandbox sandbox = await bed.AssignAsync("async (x) => { progress(); if (x === 7) throw new RangeError('bad datum ' + x); return x; }");
        SliceThrew threw = Assert.IsType<SliceThrew>(await bed.WorkAsync(sandbox, 7));
        Assert.Contains("bad datum 7", SliceRun.Describe(threw.Error), StringComparison.Ordinal);
        Assert.Equal(8, Assert.IsType<SliceCompleted>(await bed.WorkAsync(sandbox, 8)).Result.AsInt32());
    }

    [Theory]
    [InlineData("work.reject('not here', 2)", "not here", 2)]
    [InlineData("work.reject('not here')", "not here", 0)]
    [InlineData("work.reject(false)", "false", 1)]
    [InlineData("work.reject(5, '3')", "5", 3)]
    [InlineData("work.reject({ disk: 'full' }, -1)", "{\"disk\":\"full\"}", 0)]
    [InlineData("work.reject()", "false", 0)]
    public async Task A_rejection_is_an_outcome_and_ends_the_sandbox(string rejection, string reason, int retries)
    {
        await using SandboxBed bed = new();
        await using Sandbox sandbox = await bed.AssignAsync($"async (x) => {{ progress(); {rejection}; return x; }}");
        SliceRejected rejected = Assert.IsType<SliceRejected>(await bed.WorkAsync(sandbox, 1));
        Assert.Equal((reason, retries), (rejected.Reason, rejected.Retries));
        Assert.Equal(SandboxState.Terminated, sandbox.State);
        await sandbox.Ended.WaitAsync(InetDaemon.TestDaemon.Patience);
    }

    [Fact]
    public async Task Progress_console_and_events_are_heard_in_order()
    {
        await using SandboxBed bed = new();
        await bed.RunAsync(
            """
            async (x) => {
              progress(0.25);
              console.log('a', 1); console.log('a', 1); console.warn({ b: 2 });
              work.emit('halfway', { x });
              return 0;
            }
            """,
            5);
        Assert.Equal(new ProgressMessage(25, false), bed.Messages[0]);
        ConsoleMessage[] console = [.. bed.Messages.OfType<ConsoleMessage>()];
        Assert.Equal(["log", "log", "warn"], console.Select(c => c.Level));
        Assert.Equal("""["a",1]""", JsonWriter.Write(console[0].Message!));
        Assert.Null(console[1].Message);
        Assert.Equal("""[{"b":2}]""", JsonWriter.Write(console[2].Message!));
        CustomEventMessage custom = Assert.Single(bed.Messages.OfType<CustomEventMessage>());
        Assert.Equal(("halfway", 5), (custom.Name, custom.Data["x"].AsInt32()));
    }

    [Fact]
    public async Task A_result_without_progress_fails_as_the_network_has_it_unless_that_is_allowed()
    {
        await using SandboxBed strict = new();
        SandboxException error = await Assert.ThrowsAsync<SandboxException>(() => strict.RunAsync("x => x * 2", 5));
        Assert.Equal(SandboxException.NoProgress, error.Code);

        await using SandboxBed lenient = new() { Options = new SandboxOptions { RequireProgress = false } };
        Assert.Equal(10, Assert.IsType<SliceCompleted>(await lenient.RunAsync("x => x * 2", 5)).Result.AsInt32());
    }

    [Fact]
    public async Task WebAssembly_runs()
    {
        await using SandboxBed bed = new();
        SliceOutcome outcome = await bed.RunAsync(
            """
            async (x) => {
              progress();
              const add = new Uint8Array([0,97,115,109,1,0,0,0,1,7,1,96,2,127,127,1,127,3,2,1,0,7,7,1,3,97,100,100,0,0,10,9,1,7,0,32,0,32,1,106,11]);
              return (await WebAssembly.instantiate(add)).instance.exports.add(x, 2);
            }
            """,
            40);
        Assert.Equal(42, Assert.IsType<SliceCompleted>(outcome).Result.AsInt32());
    }

    [Fact]
    public async Task A_result_that_cannot_be_sent_is_a_failure_of_the_sandbox()
    {
        await using SandboxBed bed = new();
        SandboxException error = await Assert.ThrowsAsync<SandboxException>(() => bed.RunAsync("x => { progress(); return { p: Promise.resolve(1) }; }", 1));
        Assert.Equal(SandboxException.SandboxError, error.Code);
    }

    [Fact]
    public async Task Twenty_sandboxes_work_at_once()
    {
        await using SandboxBed bed = new();
        SliceOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => bed.RunAsync("async x => { progress(); return x + 1; }", i)));
        Assert.Equal(Enumerable.Range(1, 20), outcomes.Select(o => ((SliceCompleted)o).Result.AsInt32()!.Value));
    }
}
