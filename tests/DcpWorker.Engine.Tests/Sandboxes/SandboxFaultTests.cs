using System.Diagnostics;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.InetDaemon;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Sandboxes;

public sealed class SandboxFaultTests
{
    private const string Endless = "async (x) => { progress(0.1); for (;;); }";

    [Fact]
    public async Task An_evaluator_killed_in_a_slice_fails_that_slice_and_no_other_sandbox()
    {
        await using SandboxBed bed = new();
        await using Sandbox other = await bed.AssignAsync("x => { progress(); return x; }");
        await using Sandbox sandbox = await bed.AssignAsync(Endless);
        (Task<SliceOutcome> slice, Task progressed) = StartSlice(sandbox);
        await progressed.WaitAsync(TestDaemon.Patience);
        using (Process evaluator = Process.GetProcessById(bed.EvaluatorProcess()))
        {
            evaluator.Kill();
        }

        SandboxException error = await Assert.ThrowsAsync<SandboxException>(() => slice.WaitAsync(TestDaemon.Patience));
        Assert.Equal(SandboxException.Gone, error.Code);
        Assert.Equal(SandboxState.Terminated, sandbox.State);
        await sandbox.Ended.WaitAsync(TestDaemon.Patience);
        Assert.IsType<SliceCompleted>(await bed.WorkAsync(other, 1));
    }

    [Fact]
    public async Task A_work_function_that_stops_reporting_progress_is_ended_and_its_evaluator_with_it()
    {
        FakeTimeProvider time = new();
        await using SandboxBed bed = new() { Time = time };
        await using Sandbox sandbox = await bed.AssignAsync(Endless);
        (Task<SliceOutcome> slice, Task progressed) = StartSlice(sandbox);
        await progressed.WaitAsync(TestDaemon.Patience);
        time.Advance(TimeSpan.FromSeconds(299));
        Assert.False(slice.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(SandboxException.NoProgress, (await Assert.ThrowsAsync<SandboxException>(() => slice.WaitAsync(TestDaemon.Patience))).Code);
        await bed.Daemon.WaitForAsync<ConnectionClosed>();
    }

    [Fact]
    public async Task A_slice_that_takes_too_long_is_ended_however_much_it_reports()
    {
        FakeTimeProvider time = new();
        await using SandboxBed bed = new() { Time = time, Options = new SandboxOptions { ProgressTimeout = TimeSpan.FromDays(2) } };
        await using Sandbox sandbox = await bed.AssignAsync(Endless);
        (Task<SliceOutcome> slice, Task progressed) = StartSlice(sandbox);
        await progressed.WaitAsync(TestDaemon.Patience);
        time.Advance(TimeSpan.FromHours(25));
        Assert.Equal(SandboxException.SliceTooSlow, (await Assert.ThrowsAsync<SandboxException>(() => slice.WaitAsync(TestDaemon.Patience))).Code);
    }

    [Fact]
    public async Task Cancelling_a_slice_ends_its_evaluator()
    {
        await using SandboxBed bed = new();
        await using Sandbox sandbox = await bed.AssignAsync(Endless);
        using CancellationTokenSource cancel = new();
        (Task<SliceOutcome> slice, Task progressed) = StartSlice(sandbox, cancel.Token);
        await progressed.WaitAsync(TestDaemon.Patience);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slice.WaitAsync(TestDaemon.Patience));
        await bed.Daemon.WaitForAsync<ConnectionClosed>();
    }

    [Fact]
    public async Task Asked_to_end_an_evaluator_ends_by_itself()
    {
        await using SandboxBed bed = new();
        await using Sandbox sandbox = await bed.StartAsync();
        await sandbox.TerminateAsync(TestDaemon.Patience).WaitAsync(TestDaemon.Patience);
        Assert.Equal(0, (await bed.Daemon.WaitForAsync<ConnectionClosed>()).Exit.Code);
        Assert.Null(sandbox.Failure);
        Assert.Equal(SandboxException.Gone, (await Assert.ThrowsAsync<SandboxException>(() => bed.WorkAsync(sandbox, 1))).Code);
    }

    [Fact]
    public async Task An_evaluator_that_does_not_hear_is_ended_after_the_grace()
    {
        await using SandboxBed bed = new();
        await using Sandbox sandbox = await bed.AssignAsync(Endless);
        (Task<SliceOutcome> slice, Task progressed) = StartSlice(sandbox);
        await progressed.WaitAsync(TestDaemon.Patience);
        await sandbox.TerminateAsync(TimeSpan.FromMilliseconds(50)).WaitAsync(TestDaemon.Patience);
        await Assert.ThrowsAsync<SandboxException>(() => slice.WaitAsync(TestDaemon.Patience));
        await bed.Daemon.WaitForAsync<ConnectionClosed>();
    }

    [Fact]
    public async Task Without_a_daemon_or_without_a_place_there_is_no_sandbox()
    {
        EvaluatorLocation nowhere;
        await using (SandboxBed bed = new(o => o with { MaxConnections = 1 }))
        {
            nowhere = bed.Location;
            await using Sandbox only = await bed.StartAsync();
            SandboxException full = await Assert.ThrowsAsync<SandboxException>(bed.StartAsync);
            Assert.Equal(SandboxException.Gone, full.Code);
        }

        SandboxException absent = await Assert.ThrowsAsync<SandboxException>(
            () => Sandbox.StartAsync(nowhere, new SandboxOptions(), TimeProvider.System, NullLogger.Instance, CancellationToken.None));
        Assert.Contains("inet-daemon", absent.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postMessage({ request: 'describe' })")]
    [InlineData("postMessage({ request: 'assigned' })")]
    [InlineData("postMessage('anything')")]
    [InlineData("postMessage({ request: 'scriptLoaded', result: 'failure' })")]
    public async Task A_work_function_that_passes_for_more_than_it_is_ends_its_sandbox(string act)
    {
        await using SandboxBed bed = new();
        SandboxException error = await Assert.ThrowsAsync<SandboxException>(() => bed.RunAsync($"async (x) => {{ progress(); {act}; await new Promise(() => {{}}); }}", 1));
        Assert.Equal(SandboxException.ProtocolViolation, error.Code);
    }

    [Fact]
    public async Task Fetch_is_answered_by_the_worker_or_refused()
    {
        const string WorkFunction = "async (x) => { progress(); const r = await fetch('https://example.com/data?' + x); return [r.status, await r.text()]; }";
        await using SandboxBed bed = new();
        await using Sandbox sandbox = await bed.AssignAsync(new JobAssignment
        {
            JobId = "jFetch",
            WorkFunction = WorkFunction,
            Fetch = (request, _) => Task.FromResult<JsValue>(new JsObject
            {
                ["url"] = request["url"],
                ["status"] = 200,
                ["statusText"] = "OK",
                ["headersEntries"] = new JsArray(new JsArray("content-type", "text/plain")),
                ["bodyBuffer"] = new JsTypedArray(TypedArrayKind.Uint8Array, System.Text.Encoding.UTF8.GetBytes($"body of {request["url"].AsString()}")),
            }),
        });
        SliceCompleted done = Assert.IsType<SliceCompleted>(await bed.WorkAsync(sandbox, 3));
        Assert.Equal("""[200,"body of https://example.com/data?3"]""", JsonWriter.Write(done.Result));

        await using Sandbox without = await bed.AssignAsync(WorkFunction);
        Assert.Contains("no work function fetch", SliceRun.Describe(Assert.IsType<SliceThrew>(await bed.WorkAsync(without, 3)).Error), StringComparison.Ordinal);
    }

    private static (Task<SliceOutcome> Slice, Task Progressed) StartSlice(Sandbox sandbox, CancellationToken cancellation = default)
    {
        TaskCompletionSource progressed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<SliceOutcome> slice = sandbox.WorkAsync(
            1,
            message =>
            {
                progressed.TrySetResult();
                return ValueTask.CompletedTask;
            },
            cancellation);
        return (slice, progressed.Task);
    }
}
