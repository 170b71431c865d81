using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.InetDaemon;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Sandboxes;

public sealed class AssignTests
{
    // No clock moves in these tests: a failure that is only noticed by a time-out would never be.
    private static readonly FakeTimeProvider Still = new();

    [Theory]
    [InlineData("async (x => {", "SyntaxError")]
    [InlineData("x => { let x = 1; let x = 2; }", "SyntaxError")]
    [InlineData("", "SyntaxError")]
    [InlineData("nowhere.defined", "threw")]
    [InlineData("(() => { throw new Error('early'); })()", "threw")]
    public async Task A_work_function_that_cannot_be_evaluated_fails_at_once(string source, string expected)
    {
        await using SandboxBed bed = new() { Time = Still };
        await using Sandbox sandbox = await bed.StartAsync();
        SandboxException error = await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.AssignAsync(new JobAssignment { JobId = "jBad", WorkFunction = source }, CancellationToken.None).WaitAsync(TestDaemon.Patience));
        Assert.Equal(SandboxException.AssignFailed, error.Code);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(SandboxState.Terminated, sandbox.State);
    }

    [Fact]
    public async Task A_worktime_that_is_not_there_fails_at_once_and_names_those_that_are()
    {
        await using SandboxBed bed = new() { Time = Still };
        SandboxException error = await Assert.ThrowsAsync<SandboxException>(
            () => bed.AssignAsync(new JobAssignment { JobId = "jBad", WorkFunction = "x => x", Worktime = new Worktime("map-basic", "^7.0.0") }));
        Assert.Equal(SandboxException.AssignFailed, error.Code);
        Assert.Contains("map-basic 1.0.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modules_are_asked_for_and_may_need_each_other()
    {
        List<string> asked = [];
        await using SandboxBed bed = new() { Time = Still };
        await using Sandbox sandbox = await bed.AssignAsync(new JobAssignment
        {
            JobId = "jModules",
            WorkFunction = "async (x) => { progress(); return require('my-package/adder').add(x, 2); }",
            Dependencies = ["my-package/adder"],
            ModuleSource = async (modules, _) =>
            {
                await Task.Yield();
                asked.AddRange(modules);
                return new JsObject
                {
                    ["my-package"] = new JsObject
                    {
                        ["adder"] = "module.declare(['my-package/base'], function (require, exports, module) { exports.add = require('my-package/base').add; });",
                        ["base"] = "module.declare([], function (require, exports, module) { exports.add = (a, b) => a + b; });",
                    },
                };
            },
        });
        SliceOutcome outcome = await bed.WorkAsync(sandbox, 40);
        Assert.True(outcome is SliceCompleted, outcome.ToString());
        Assert.Equal(42, ((SliceCompleted)outcome).Result.AsInt32());
        Assert.Equal(["my-package/adder"], asked);
    }

    [Fact]
    public async Task Why_a_module_cannot_be_had_is_what_the_caller_gets()
    {
        await using SandboxBed bed = new() { Time = Still };
        HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => bed.AssignAsync(new JobAssignment
        {
            JobId = "jModules",
            WorkFunction = "x => x",
            Dependencies = ["my-package/adder"],
            ModuleSource = (_, _) => throw new HttpRequestException("the package manager is away"),
        }));
        Assert.Contains("away", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_that_throws_fails_the_assignment_at_once()
    {
        await using SandboxBed bed = new() { Time = Still };
        SandboxException error = await Assert.ThrowsAsync<SandboxException>(() => bed.AssignAsync(new JobAssignment
        {
            JobId = "jModules",
            WorkFunction = "x => x",
            Dependencies = ["my-package/adder"],
            ModuleSource = (_, _) => Task.FromResult<JsValue>(Group("my-package", "adder", "throw new Error('broken module');")),
        }));
        Assert.Equal(SandboxException.AssignFailed, error.Code);
    }

    [Fact]
    public async Task Waiting_for_modules_does_not_count_against_the_time_for_assigning()
    {
        FakeTimeProvider time = new();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<JsValue> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using SandboxBed bed = new() { Time = time };
        Task<Sandbox> assigning = bed.AssignAsync(new JobAssignment
        {
            JobId = "jModules",
            WorkFunction = "x => x",
            Dependencies = ["my-package/adder"],
            ModuleSource = (_, _) =>
            {
                asked.SetResult();
                return source.Task;
            },
        });
        await asked.Task.WaitAsync(TestDaemon.Patience);
        time.Advance(TimeSpan.FromHours(1));
        source.SetResult(Group("my-package", "adder", "module.declare([], function (require, exports, module) { });"));
        await using Sandbox sandbox = await assigning;
        Assert.Equal(SandboxState.Assigned, sandbox.State);
    }

    [Fact]
    public async Task An_evaluation_without_end_is_ended_by_the_time_for_assigning()
    {
        FakeTimeProvider time = new();
        await using SandboxBed bed = new() { Time = time };
        await using Sandbox sandbox = await bed.StartAsync();
        Task assigning = sandbox.AssignAsync(new JobAssignment { JobId = "jEndless", WorkFunction = "(() => { for (;;); })()" }, CancellationToken.None);
        while (!assigning.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(10);
        }

        SandboxException error = await Assert.ThrowsAsync<SandboxException>(() => assigning);
        Assert.Contains(error.Code, (string[])[SandboxException.AssignFailed, SandboxException.TimedOut]);
        await bed.Daemon.WaitForAsync<Engine.InetDaemon.Events.ConnectionClosed>();
    }

    [Fact]
    public async Task A_sandbox_takes_one_job_only()
    {
        await using SandboxBed bed = new();
        await using Sandbox sandbox = await bed.StartAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => bed.WorkAsync(sandbox, 1));
        JobAssignment job = new() { JobId = "jOne", WorkFunction = "x => x" };
        await sandbox.AssignAsync(job, CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => sandbox.AssignAsync(job, CancellationToken.None));
        sandbox.Reserve();
        Assert.Throws<InvalidOperationException>(sandbox.Reserve);
        Assert.Equal(SandboxState.Reserved, sandbox.State);
    }

    private static JsObject Group(string package, string file, string source) => new JsObject { [package] = new JsObject { [file] = source } };
}
