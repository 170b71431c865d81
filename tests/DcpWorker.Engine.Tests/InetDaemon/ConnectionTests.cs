using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;

namespace DcpWorker.Engine.Tests.InetDaemon;

[SupportedOSPlatform("linux")]
public sealed class ConnectionTests
{
    private const string Loop = "echo $$; while :; do :; done";

    [Fact]
    public async Task Each_connection_has_a_process_of_its_own()
    {
        await using TestDaemon daemon = TestDaemon.OfScript("echo $$; exec cat");
        using TestClient first = await daemon.ConnectAsync();
        using TestClient second = await daemon.ConnectAsync();
        Assert.NotEqual(await first.ReadLineAsync(), await second.ReadLineAsync());

        await first.SendAsync("to the first\n");
        await second.SendAsync("to the second\n");
        Assert.Equal("to the first", await first.ReadLineAsync());
        Assert.Equal("to the second", await second.ReadLineAsync());
    }

    [Fact]
    public async Task The_connection_ends_with_the_evaluator_and_its_exit_code_is_reported()
    {
        await using TestDaemon daemon = TestDaemon.OfScript("read line; echo bye $line; exit 42");
        using TestClient client = await daemon.ConnectAsync();
        await client.SendAsync("now\nand this is never read\n");
        Assert.Equal("bye now", await client.ReadLineAsync());
        Assert.Null(await client.ReadLineAsync());

        ConnectionClosed closed = await daemon.WaitForAsync<ConnectionClosed>();
        Assert.Equal(new EvaluatorExit(42, null), closed.Exit);
        Assert.Equal(ConnectionCloseCause.EvaluatorExited, closed.Cause);
    }

    [Fact]
    public async Task A_killed_evaluator_takes_its_connection_along()
    {
        await using TestDaemon daemon = TestDaemon.OfScript(Loop);
        using TestClient client = await daemon.ConnectAsync();
        using Process evaluator = Process.GetProcessById(int.Parse((await client.ReadLineAsync())!, CultureInfo.InvariantCulture));
        evaluator.Kill();

        Assert.Null(await client.ReadLineAsync());
        Assert.Equal(new EvaluatorExit(null, 9), (await daemon.WaitForAsync<ConnectionClosed>()).Exit);
    }

    [Fact]
    public async Task An_evaluator_that_loops_is_killed_when_its_peer_hangs_up()
    {
        await using TestDaemon daemon = TestDaemon.OfScript(Loop);
        int processId;
        using (TestClient client = await daemon.ConnectAsync())
        {
            processId = int.Parse((await client.ReadLineAsync())!, CultureInfo.InvariantCulture);
        }

        ConnectionClosed closed = await daemon.WaitForAsync<ConnectionClosed>();
        Assert.Equal(ConnectionCloseCause.PeerHungUp, closed.Cause);
        Assert.False(Processes.Lives(processId));
    }

    [Fact]
    public async Task What_an_evaluator_has_started_dies_with_it()
    {
        await using TestDaemon daemon = TestDaemon.OfScript("sleep 1000 & echo $!; wait");
        int grandchild;
        using (TestClient client = await daemon.ConnectAsync())
        {
            grandchild = int.Parse((await client.ReadLineAsync())!, CultureInfo.InvariantCulture);
            Assert.True(Processes.Lives(grandchild));
        }

        await daemon.WaitForAsync<ConnectionClosed>();
        Assert.True(await Processes.IsGoneWithinAsync(grandchild, TestDaemon.Patience));
    }

    [Fact]
    public async Task After_a_half_close_all_that_was_sent_is_still_answered()
    {
        await using TestDaemon daemon = TestDaemon.Of("/bin/cat");
        using TestClient client = await daemon.ConnectAsync();
        string sent = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n"));
        await client.SendAsync(sent);
        client.HalfClose();
        Assert.Equal(sent, await client.ReadToEndAsync());
        Assert.Equal(new EvaluatorExit(0, null), (await daemon.WaitForAsync<ConnectionClosed>()).Exit);
    }

    [Fact]
    public async Task A_half_closed_connection_lives_as_long_as_something_moves()
    {
        // Longer than the grace, but never still for half of it.
        await using TestDaemon daemon = TestDaemon.OfScript(
            "cat > /dev/null; for i in 1 2 3 4 5 6 7; do echo $i; sleep 1; done",
            o => o with { HangUpGrace = TimeSpan.FromSeconds(5), Nice = 0 });
        using TestClient client = await daemon.ConnectAsync();
        client.HalfClose();
        Assert.Equal("1\n2\n3\n4\n5\n6\n7\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Stopping_kills_every_evaluator_within_a_second()
    {
        TestDaemon daemon = TestDaemon.OfScript(Loop);
        List<TestClient> clients = [];
        List<int> processes = [];
        for (int i = 0; i < 5; i++)
        {
            clients.Add(await daemon.ConnectAsync());
            processes.Add(int.Parse((await clients[i].ReadLineAsync())!, CultureInfo.InvariantCulture));
        }

        await daemon.Daemon.StopAsync().WaitAsync(TestDaemon.Patience);
        Assert.All(processes, p => Assert.False(Processes.Lives(p)));
        await daemon.DisposeAsync();
        Assert.Equal(5, daemon.EventsSoFar().OfType<ConnectionClosed>().Count(c => c.Cause == ConnectionCloseCause.DaemonStopping));
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task More_than_the_limit_are_closed_without_a_byte_until_a_place_is_free()
    {
        await using TestDaemon daemon = TestDaemon.OfScript("echo hello; exec cat", o => o with { MaxConnections = 2 });
        using TestClient first = await daemon.ConnectAsync();
        TestClient second = await daemon.ConnectAsync();
        Assert.Equal("hello", await first.ReadLineAsync());
        Assert.Equal("hello", await second.ReadLineAsync());

        using TestClient third = await daemon.ConnectAsync();
        Assert.Null(await third.ReadLineAsync());
        Assert.Contains("all 2 evaluators", (await daemon.WaitForAsync<ConnectionRefused>()).Reason, StringComparison.Ordinal);

        second.Dispose();
        await daemon.WaitForAsync<ConnectionClosed>();
        using TestClient fourth = await daemon.ConnectAsync();
        Assert.Equal("hello", await fourth.ReadLineAsync());
    }

    [Fact]
    public async Task Who_is_turned_away_sees_an_end_although_it_has_spoken_already()
    {
        await using TestDaemon daemon = TestDaemon.OfScript("echo hello; exec cat", o => o with { MaxConnections = 1 });
        using TestClient first = await daemon.ConnectAsync();
        Assert.Equal("hello", await first.ReadLineAsync());

        using TestClient second = await daemon.ConnectAsync();
        await second.SendAsync("{\"type\":\"workerMessage\"}\n");
        await daemon.WaitForAsync<ConnectionRefused>();

        // a reset would be thrown
        using CancellationTokenSource limit = new(TestDaemon.Patience);
        Assert.Equal(0, await second.Stream.ReadAsync(new byte[100], limit.Token));
    }

    [Fact]
    public async Task The_kernel_asks_a_silent_peer_whether_it_is_still_there()
    {
        await using TestDaemon daemon = TestDaemon.OfScript("echo hello; exec cat");
        using TestClient client = await daemon.ConnectAsync();
        Assert.Equal("hello", await client.ReadLineAsync());

        // timer 02: keep-alive; 01 for as long as an acknowledgement is on its way
        string own = $"0100007F:{daemon.Daemon.Endpoint.Port:X4} 0100007F:{((IPEndPoint)client.Stream.Socket.LocalEndPoint!).Port:X4} 01 ";
        string timer = "01";
        using CancellationTokenSource limit = new(TestDaemon.Patience);
        while (timer == "01")
        {
            await Task.Delay(10, limit.Token);
            string line = (await File.ReadAllLinesAsync("/proc/net/tcp", limit.Token)).Single(l => l.Contains(own, StringComparison.Ordinal));
            timer = line[(line.IndexOf(own, StringComparison.Ordinal) + own.Length)..].Split(' ')[1][..2];
        }

        Assert.Equal("02", timer);
    }

    [Fact]
    public async Task Who_comes_a_moment_before_a_place_is_free_gets_it()
    {
        await using TestDaemon daemon = TestDaemon.OfScript("echo hello; exec cat", o => o with { MaxConnections = 1 });
        for (int i = 0; i < 5; i++)
        {
            // as a worker does that replaces a sandbox: the evaluator before takes a moment to end
            TestClient before = await daemon.ConnectAsync();
            Assert.Equal("hello", await before.ReadLineAsync());
            using TestClient after = await daemon.ConnectAsync();
            before.Dispose();
            Assert.Equal("hello", await after.ReadLineAsync());
        }

        Assert.DoesNotContain(daemon.EventsSoFar(), e => e is ConnectionRefused);
    }

    [Fact]
    public async Task Those_who_wait_for_a_place_are_no_more_than_there_are_places_and_end_with_the_daemon()
    {
        await using TestDaemon daemon = TestDaemon.OfScript("echo hello; exec cat", o => o with { MaxConnections = 2 });
        List<TestClient> clients = [];
        for (int i = 0; i < 20; i++)
        {
            clients.Add(await daemon.ConnectAsync());
        }

        // two are served, two wait, and the rest is told at once, before the wait of those two is over
        await daemon.WaitForAsync<ConnectionRefused>(_ => daemon.EventsSoFar().OfType<ConnectionRefused>().Count() >= 16);
        Assert.InRange(daemon.EventsSoFar().OfType<ConnectionRefused>().Count(), 16, 18);
        Assert.Equal(2, daemon.Daemon.Connections);
        await daemon.Daemon.StopAsync().WaitAsync(TestDaemon.Patience);
        await Task.WhenAll(clients.Skip(2).Select(async c => Assert.Null(await c.ReadLineAsync())));
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_closes_the_connection_and_the_daemon_lives_on()
    {
        string program = Path.Combine(Path.GetTempPath(), $"not-a-program-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(program, "no format that any system runs");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        try
        {
            await using TestDaemon daemon = TestDaemon.Of(program);
            for (int i = 0; i < 3; i++)
            {
                using TestClient client = await daemon.ConnectAsync();
                Assert.Null(await client.ReadLineAsync());
            }

            Assert.False(daemon.Daemon.Completion.IsCompleted);
        }
        finally
        {
            File.Delete(program);
        }
    }
}
