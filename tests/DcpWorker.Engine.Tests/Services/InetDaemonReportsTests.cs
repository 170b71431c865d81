using System.Net;
using System.Net.Sockets;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Services;
using DcpWorker.Engine.Services.Notification;
using DcpWorker.Engine.Tests.InetDaemon;
using Microsoft.Extensions.Logging.Abstractions;
using Daemon = DcpWorker.Engine.InetDaemon.InetDaemon;

namespace DcpWorker.Engine.Tests.Services;

public sealed class InetDaemonReportsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Is_ready_says_how_many_evaluators_run_pings_and_says_that_it_ends()
    {
        using TestManager manager = new();
        using ServiceNotifier notifier = manager.Notifier(TimeSpan.FromSeconds(0.3));
        await using TestDaemon daemon = TestDaemon.Of("/bin/cat");
        await using InetDaemonReports reports = InetDaemonReports.Start(daemon.Daemon, notifier);

        string ready = await manager.UntilAsync("READY=1");
        Assert.Equal($"READY=1\nSTATUS=Listening on {daemon.Daemon.Endpoint}; 0 of at most 100 evaluators running", ready);
        using (TestClient client = await daemon.ConnectAsync())
        {
            await manager.UntilAsync("STATUS=", "; 1 of at most 100");
        }

        await manager.UntilAsync("STATUS=", "; 0 of at most 100");
        await manager.UntilAsync("WATCHDOG=1");
        await manager.UntilAsync("WATCHDOG=1");

        await reports.DisposeAsync();
        await manager.UntilAsync("STOPPING=1");
        Assert.False(manager.HasMore, "something was said after the end");
    }

    [Fact]
    public async Task Is_ready_only_when_evaluators_have_shown_that_they_are_locked_down()
    {
        using TestManager manager = new();
        using ServiceNotifier notifier = manager.Notifier();
        await using TestDaemon daemon = TestDaemon.OfEvaluators(o => o with { LockDown = LockDownPolicy.Required });
        await using InetDaemonReports reports = InetDaemonReports.Start(daemon.Daemon, notifier);

        Assert.Equal("STATUS=Checking the lock-down of evaluators", await manager.NextAsync());
        await manager.UntilAsync("READY=1");
        Assert.True(daemon.Daemon.Ready.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Is_never_ready_without_lock_down_and_says_why()
    {
        using TestManager manager = new();
        using ServiceNotifier notifier = manager.Notifier();
        EvaluatorCommand open = BuiltEvaluator.Command with { Arguments = ["--no-lockdown", .. BuiltEvaluator.Command.Arguments] };
        await using Daemon daemon = Daemon.Start(TestDaemon.Options(open) with { LockDown = LockDownPolicy.Required }, NullLogger.Instance);
        await using InetDaemonReports reports = InetDaemonReports.Start(daemon, notifier);

        await manager.UntilAsync("STATUS=", "their lock-down is not in force");
        await reports.DisposeAsync();
        await manager.UntilAsync("STOPPING=1");
        Assert.DoesNotContain(manager.Heard, m => m.Contains("READY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_loop_that_accepts_but_hangs_is_no_progress()
    {
        // the line about a connection that is refused
        using BlockingLogger log = new(eventId: 303);
        Daemon daemon = Daemon.Start(Options("/bin/cat") with { MaxConnections = 1 }, log);
        await using (daemon)
        {
            await daemon.CheckProgressAsync().WaitAsync(Patience);
            using TcpClient first = new();
            using TcpClient second = new();
            using TcpClient third = new();
            await first.ConnectAsync(daemon.Endpoint);
            await second.ConnectAsync(daemon.Endpoint);   // waits for the place of the first
            await third.ConnectAsync(daemon.Endpoint);
            await log.Hanging.WaitAsync(Patience);

            await NeverProgressesAsync(daemon);

            log.Release();
            await daemon.CheckProgressAsync().WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task A_thread_that_watches_evaluators_but_hangs_is_no_progress()
    {
        // the line about an evaluator's complaint
        using BlockingLogger log = new(eventId: 305);
        Daemon daemon = Daemon.Start(Options("/bin/sh", "-c", "echo woe >&2; exec cat"), log);
        await using (daemon)
        {
            using TcpClient client = new();
            await client.ConnectAsync(daemon.Endpoint);
            await log.Hanging.WaitAsync(Patience);

            await NeverProgressesAsync(daemon);

            log.Release();
            await daemon.CheckProgressAsync().WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task A_socket_that_was_passed_is_used_and_still_listens_when_the_daemon_has_ended()
    {
        using Socket managers = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        managers.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        managers.Listen();
        int passed = Duplicate(managers);
        InetDaemonOptions options = Options("/bin/echo", "served");
        await using (Daemon daemon = Daemon.Start(options with { Listen = new IPEndPoint(IPAddress.Loopback, 1), Inherited = [InheritedListeners.Adopt(passed)] }, NullLogger.Instance))
        {
            Assert.Equal(managers.LocalEndPoint, daemon.Endpoint);
            using TestClient client = await ConnectAsync(daemon.Endpoint);
            Assert.Equal("served", await client.ReadLineAsync());
        }

        using TestClient next = await ConnectAsync((IPEndPoint)managers.LocalEndPoint!);
        using Socket accepted = await managers.AcceptAsync().WaitAsync(Patience);
        Assert.True(accepted.Connected);
    }

    [Fact]
    public async Task Several_sockets_are_all_served()
    {
        List<Socket> passed = [];
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.Parse("127.0.0.2")])
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            socket.Listen();
            passed.Add(socket);
        }

        InetDaemonOptions options = Options("/bin/echo", "served") with { Inherited = passed };
        await using Daemon daemon = Daemon.Start(options, NullLogger.Instance);
        Assert.Equal(2, daemon.Endpoints.Count);
        foreach (IPEndPoint endpoint in daemon.Endpoints)
        {
            using TestClient client = await ConnectAsync(endpoint);
            Assert.Equal("served", await client.ReadLineAsync());
        }

        await daemon.CheckProgressAsync().WaitAsync(Patience);
    }

    [Fact]
    public void A_socket_open_to_other_machines_needs_the_list_of_who_may_connect_like_any_other()
    {
        using Socket open = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        open.Bind(new IPEndPoint(IPAddress.Any, 0));
        open.Listen();
        InetDaemonOptions options = Options("/bin/cat") with { Inherited = [open] };
        Assert.Equal("NotLoopback", Assert.Throws<InetDaemonException>(() => Daemon.Start(options, NullLogger.Instance)).Code);
    }

    [Fact]
    public void Only_listening_tcp_sockets_are_taken()
    {
        using Socket idle = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        idle.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.All([Duplicate(idle), Duplicate(datagrams), 99_999], descriptor =>
            Assert.Equal("BadInheritedSocket", Assert.Throws<InetDaemonException>(() => InheritedListeners.Adopt(descriptor)).Code));
    }

    // programs of the system do not lock themselves down
    private static InetDaemonOptions Options(string program, params string[] arguments) =>
        TestDaemon.Options(new EvaluatorCommand { Program = program, Arguments = arguments }) with { LockDown = LockDownPolicy.Unchecked };

    private static async Task<TestClient> ConnectAsync(IPEndPoint endpoint)
    {
        TcpClient client = new();
        await client.ConnectAsync(endpoint);
        return new TestClient(client);
    }

    /// <summary>Another descriptor for a socket, as one that was passed is.</summary>
    private static int Duplicate(Socket socket) => DcpWorker.Engine.InetDaemon.Linux.LibC.Fcntl((int)socket.Handle, 0, 100);

    private static async Task NeverProgressesAsync(Daemon daemon)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => daemon.CheckProgressAsync(limit.Token));
    }
}
