using System.Net.Sockets;
using System.Text;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Control;

/// <summary>Running workers as other programs see and steer them.</summary>
public sealed class WorkerControlTests
{
    private const string Endless = "async x => { for (;;) { progress(0.4); await new Promise(r => setTimeout(r, 50)); } }";
    private const string HalfSecond = "async x => { progress(); await new Promise(r => setTimeout(r, 500)); return x; }";

    private static readonly CancellationToken None = CancellationToken.None;

    public WorkerControlTests() => Assert.NotEmpty(ControlSite.Folder);

    [Fact]
    public async Task A_worker_tells_what_it_is_and_does()
    {
        await using ControlSite site = new();
        site.Bench.Scheduler.Add(new CraftedJob { Source = Endless, Data = [1] });
        site.Start();
        await site.Bench.UntilAsync(() => site.Bench.Worker.Status().Sandboxes.Any(s => s.Percent > 0), "a slice with progress");

        RunningWorker worker = await site.FindAsync();

        Assert.Equal(site.Bench.Worker.Id, worker.Id);
        Assert.Equal(Environment.ProcessId, worker.ProcessId);
        Assert.Equal(Environment.UserName, worker.User);
        Assert.Equal(WorkerStarter.Job, worker.StartedBy);
        Assert.Equal(WorkerState.Working, worker.State);
        Assert.Equal((2, 1, 0L), (worker.Capacity, worker.SlicesWorking, worker.SlicesDone));
        RunningSandbox sandbox = worker.Sandboxes.Single(s => s.Slice is not null);
        Assert.Equal((1L, "crafted job", 40.0, SandboxState.Working), (sandbox.Slice!.Value, sandbox.JobName, sandbox.Percent!.Value, sandbox.State));
        Assert.Matches("^slice 1 of crafted job 40 %, \\d+ s$", sandbox.ToString());
        Assert.True(worker.Uptime > TimeSpan.Zero && worker.CpuTime > TimeSpan.Zero);
        Assert.InRange(worker.Memory, 1 << 20, long.MaxValue);
        Assert.InRange(worker.EvaluatorMemory!.Value, 1 << 20, long.MaxValue);
        Assert.Equal(site.Bench.Scheduler.Location.AbsoluteUri, worker.Scheduler);
        Assert.Equal(WorkerBench.Account.ToString(), worker.PaymentAddress);
        Assert.Matches("^\\d+\\.\\d+", worker.Version);
        Assert.Null(worker.LastError);
        Assert.Equal(worker.Id, (await RunningWorkers.FindAsync(worker.Id[..8], None)).Id);
    }

    [Fact]
    public async Task The_last_error_and_the_counts_of_slices_are_told()
    {
        await using ControlSite site = new();
        site.Bench.Scheduler.Add(new CraftedJob { Source = "x => { progress(); if (x === 1) throw new Error('not \\u001b[31mthis\\n one'); return x; }", Data = [1, 2] });
        site.Start();
        await site.Bench.UntilAsync(() => site.Bench.Events<ResultSubmitted>().Count == 2, "both results");

        RunningWorker worker = await site.FindAsync();

        Assert.Equal(2, worker.SlicesDone);
        Assert.Contains("not [31mthis  one", worker.LastError, StringComparison.Ordinal);
        Assert.NotNull(worker.LastErrorTime);
        Assert.Equal(0.5m, worker.Earned);
    }

    [Fact]
    public async Task It_is_paused_resumed_stopped_and_waited_for_from_outside()
    {
        await using ControlSite site = new();
        site.Bench.Scheduler.HandsOutAgain = false;
        site.Bench.Scheduler.Add(new CraftedJob { Source = Endless, Data = [1, 2, 3] });
        site.Start();
        await site.Bench.UntilAsync(() => site.Bench.Events<SliceStarted>().Count == 2, "two at work");
        RunningWorker worker = await site.FindAsync();

        RunningWorker paused = await RunningWorkers.PauseAsync(worker, PauseMode.Stop, "lunch", None);
        Assert.Equal((WorkerState.Paused, PauseMode.Stop, "lunch"), (paused.State, paused.PauseMode!.Value, paused.PauseReason!));
        await site.Bench.UntilAsync(() => site.Bench.Scheduler.Returned().Count == 3, "all returned");
        Task<RunningWorker?> working = RunningWorkers.WaitAsync(worker, WorkerState.Working, None);
        Assert.False(working.IsCompleted);
        Assert.Equal(WorkerState.Working, (await RunningWorkers.ResumeAsync(worker, None)).State);
        Assert.Equal(WorkerState.Working, (await working.WaitAsync(CraftedScheduler.Patience))!.State);

        Task<RunningWorker?> stopped = RunningWorkers.WaitAsync(worker, WorkerState.Stopped, None);
        Task<RunningWorker?> never = RunningWorkers.WaitAsync(worker, WorkerState.Starting, None);
        await RunningWorkers.StopAsync(worker, now: false, None);
        Assert.Equal(WorkerState.Stopped, (await stopped.WaitAsync(CraftedScheduler.Patience))!.State);
        Assert.Equal(ControlException.Ended, (await Assert.ThrowsAsync<ControlException>(() => never)).Code);
        await site.Bench.Running.WaitAsync(CraftedScheduler.Patience);
        Assert.Equal(ControlException.Refused, (await Assert.ThrowsAsync<ControlException>(() => RunningWorkers.PauseAsync(worker, PauseMode.Finish, "", None))).Code);

        await site.Server.DisposeAsync();
        Assert.False(File.Exists(site.SocketPath));
        Assert.Equal(ControlException.NotFound, (await Assert.ThrowsAsync<ControlException>(() => RunningWorkers.StatusAsync(worker, None))).Code);
        Assert.Null(await RunningWorkers.WaitAsync(worker, WorkerState.Stopped, None));
    }

    [Fact]
    public async Task A_soft_stop_from_outside_finishes_slices_and_a_second_one_does_not()
    {
        await using ControlSite site = new();
        site.Bench.Scheduler.HandsOutAgain = false;
        site.Bench.Scheduler.Add(new CraftedJob { Source = HalfSecond, Data = [1] });
        site.Bench.Scheduler.Add(new CraftedJob { Id = "jEndless00000000000000", Source = Endless, Data = [1] });
        site.Start();
        await site.Bench.UntilAsync(() => site.Bench.Events<SliceStarted>().Count == 2, "two at work");
        RunningWorker worker = await site.FindAsync();

        await RunningWorkers.StopAsync(worker, now: false, None);
        await site.Bench.UntilAsync(() => site.Bench.Scheduler.Results().Count == 1, "the one that ends");
        Assert.Equal(WorkerState.Stopping, (await RunningWorkers.StatusAsync(worker, None)).State);
        await RunningWorkers.StopAsync(worker, now: true, None);

        await site.Bench.Running.WaitAsync(CraftedScheduler.Patience);
        Assert.Equal([("jEndless00000000000000", 1L)], site.Bench.Events<SliceReturned>().Select(r => (r.JobId, r.SliceNumber)));
    }

    [Fact]
    public async Task Events_can_be_watched_until_the_end()
    {
        await using ControlSite site = new();
        site.Start();
        await site.Bench.UntilAsync(() => site.Bench.Worker.Status().State == WorkerState.Working, "the start");
        RunningWorker worker = await site.FindAsync();
        List<string> events = [];
        await using IAsyncEnumerator<JsValue> watching = RunningWorkers.WatchAsync(worker, None).GetAsyncEnumerator();
        Task<bool> first = watching.MoveNextAsync().AsTask();
        await Task.WhenAny(first, Task.Delay(300));

        site.Bench.Worker.Pause(PauseMode.Finish, "");
        while (await first.WaitAsync(CraftedScheduler.Patience))
        {
            events.Add($"{watching.Current["event"].AsString()} {watching.Current["state"].AsString()}");
            site.Bench.Worker.RequestStop();
            first = watching.MoveNextAsync().AsTask();
        }

        Assert.Contains("workerStateChanged paused", events);
        Assert.Equal("workerStateChanged stopped", events[^1]);
    }

    [Fact]
    public async Task Garbage_ends_only_the_connection_that_sent_it()
    {
        await using ControlSite site = new();
        site.Start();
        string path = site.SocketPath;

        Assert.Contains("ControlInvalid", await ControlSite.SayAsync(path, Encoding.UTF8.GetBytes("hello\n"), false), StringComparison.Ordinal);
        Assert.Contains("ControlInvalid", await ControlSite.SayAsync(path, [0xff, 0xfe, 0x00, (byte)'\n'], false), StringComparison.Ordinal);
        Assert.Contains("ControlInvalid", await ControlSite.SayAsync(path, Encoding.UTF8.GetBytes(new string('[', 5000) + "\n"), false), StringComparison.Ordinal);
        Assert.Contains("ControlInvalid", await ControlSite.SayAsync(path, Encoding.UTF8.GetBytes("null\n"), false), StringComparison.Ordinal);
        Assert.Contains("version 1", await ControlSite.SayAsync(path, Encoding.UTF8.GetBytes("{\"v\":2,\"op\":\"status\"}\n"), false), StringComparison.Ordinal);
        Assert.Contains("A worker knows", await ControlSite.SayAsync(path, Encoding.UTF8.GetBytes("{\"v\":1,\"op\":\"dance\"}\n"), true), StringComparison.Ordinal);
        Assert.Contains("ControlInvalid", await ControlSite.SayAsync(path, Encoding.UTF8.GetBytes("{\"v\":1,\"op\":\"pause\",\"mode\":\"sideways\"}\n"), false), StringComparison.Ordinal);
        Assert.Empty(await ControlSite.SayAsync(path, Encoding.UTF8.GetBytes("{\"v\":1,\"op\":\"sta"), true));
        await ControlSite.SayAsync(path, Encoding.UTF8.GetBytes(new string('x', 1 << 20)), false);
        Random random = new(4);
        for (int i = 0; i < 50; i++)
        {
            byte[] noise = new byte[random.Next(1, 3000)];
            random.NextBytes(noise);
            await ControlSite.SayAsync(path, noise, true);
        }

        Assert.Equal(site.Bench.Worker.Id, (await site.FindAsync()).Id);
        Assert.Equal(WorkerState.Working, site.Bench.Worker.Status().State is WorkerState.Starting ? WorkerState.Working : site.Bench.Worker.Status().State);
    }

    [Fact]
    public async Task Many_connections_that_say_nothing_do_not_keep_the_owner_out_for_long()
    {
        await using ControlSite site = new();
        site.Start();
        List<Socket> silent = [];
        for (int i = 0; i < 60; i++)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            silent.Add(socket);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(site.SocketPath));
            }
            catch (SocketException)
            {
                // the kernel lets no more of them wait
            }
        }

        silent.ForEach(s => s.Dispose());
        RunningWorker? found = null;
        await site.Bench.UntilAsync(() => (found = RunningWorkers.FindAsync(None).GetAwaiter().GetResult().Workers.FirstOrDefault(w => w.Id == site.Bench.Worker.Id)) is not null, "an answer");
    }

    [Fact]
    public async Task The_socket_is_its_owners_alone()
    {
        await using ControlSite site = new();
        site.Start();

        if (OperatingSystem.IsWindows())
        {
            // a pipe of the current user there
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(site.SocketPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(site.SocketPath)!));
    }

    [Fact]
    public async Task Sockets_of_dead_processes_are_passed_over_and_removed_also_when_their_number_is_in_use_again()
    {
        await using ControlSite site = new();
        site.Start();
        string dead = Leave("worker-4194303-1.sock");
        string reused = Leave($"worker-{Environment.ProcessId}-987654.sock");
        string other = Path.Combine(ControlSite.Folder, "notes.txt");
        await File.WriteAllTextAsync(other, "not a socket");

        (IReadOnlyList<RunningWorker> workers, _) = await RunningWorkers.FindAsync(None);

        Assert.Contains(workers, w => w.Id == site.Bench.Worker.Id);
        Assert.False(File.Exists(dead));
        Assert.False(File.Exists(reused));
        Assert.True(File.Exists(other));
        File.Delete(other);
    }

    [Fact]
    public async Task A_worker_that_took_over_the_process_number_is_not_mistaken_for_the_one_that_was_meant()
    {
        await using ControlSite site = new();
        site.Start();
        RunningWorker worker = await site.FindAsync();

        ControlException refused = await Assert.ThrowsAsync<ControlException>(() => RunningWorkers.StopAsync(worker with { Id = "2222222222222222222222" }, true, None));

        Assert.Equal(ControlException.NotFound, refused.Code);
        Assert.NotEqual(WorkerState.Stopping, site.Bench.Worker.Status().State);
    }

    [Fact]
    public async Task Who_is_asked_for_and_does_not_run_is_an_error_that_names_those_who_do()
    {
        await using ControlSite site = new();
        site.Start();

        ControlException missing = await Assert.ThrowsAsync<ControlException>(() => RunningWorkers.FindAsync("nobody-of-that-name", None));

        Assert.Equal(ControlException.NotFound, missing.Code);
        Assert.Contains(site.Bench.Worker.Id, missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_worker_of_the_same_process_has_a_socket_of_its_own()
    {
        await using ControlSite one = new();
        await using ControlSite two = new();
        one.Start();
        two.Start();

        await RunningWorkers.StopAsync(await two.FindAsync(), now: true, None);

        await two.Bench.Running.WaitAsync(CraftedScheduler.Patience);
        Assert.NotEqual(WorkerState.Stopped, one.Bench.Worker.Status().State);
        Assert.Equal(one.Bench.Worker.Id, (await one.FindAsync()).Id);
    }

    private static string Leave(string name)
    {
        // bound and never listened on: what is left of a process that was killed
        string path = Path.Combine(ControlSite.Folder, name);
        string bound = Path.Combine(ControlSite.Folder, "x");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(bound));
        File.Move(bound, path);
        return path;
    }
}
