using DcpWorker.Engine.Services.Notification;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DcpWorker.Engine.Tests.Services;

/// <summary>sd_notify(3), against sockets as a service manager has them.</summary>
public sealed class ServiceNotifierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Says_what_sd_notify_says_to_sockets_with_a_path_and_to_abstract_ones(bool isAbstract)
    {
        using TestManager manager = new(isAbstract);
        using ServiceNotifier notifier = manager.Notifier();

        notifier.Ready("Listening on\n127.0.0.1:9000");
        notifier.Status("\u001b[31mred");
        notifier.Extend(TimeSpan.FromSeconds(1.5));
        notifier.Alive();
        notifier.Stopping();

        Assert.Equal("READY=1\nSTATUS=Listening on 127.0.0.1:9000", await manager.NextAsync());
        Assert.Equal("STATUS=[31mred", await manager.NextAsync());
        Assert.Equal("EXTEND_TIMEOUT_USEC=1500000", await manager.NextAsync());
        Assert.Equal("WATCHDOG=1", await manager.NextAsync());
        Assert.Equal("STOPPING=1", await manager.NextAsync());
    }

    [Fact]
    public async Task A_status_of_strangers_stays_one_line_of_bounded_length()
    {
        using TestManager manager = new();
        using ServiceNotifier notifier = manager.Notifier();
        notifier.Status(new string('x', 100_000) + "\nSTOPPING=1");
        string message = await manager.NextAsync();
        Assert.DoesNotContain('\n', message);
        Assert.InRange(message.Length, 100, 600);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative/notify")]
    [InlineData("vsock:2:1234")]
    [InlineData("/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789")]
    public void Without_a_socket_that_can_be_used_nothing_is_said(string? socket)
    {
        using ServiceNotifier notifier = ServiceNotifier.Create(socket, "1000000", null, NullLogger.Instance);
        Assert.False(notifier.IsConnected);
        Assert.Null(notifier.WatchdogTimeout);
        notifier.Ready("nobody hears it");
    }

    [Fact]
    public async Task A_manager_that_is_gone_does_no_harm_and_hears_again_when_it_is_back()
    {
        string address;
        ServiceNotifier notifier;
        using (TestManager manager = new())
        {
            (address, notifier) = (manager.Address, manager.Notifier());
        }

        notifier.Status("said to nobody");
        Directory.CreateDirectory(Path.GetDirectoryName(address)!);
        try
        {
            using System.Net.Sockets.Socket again = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Dgram, 0);
            again.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(address));
            notifier.Status("said to the next");
            byte[] buffer = new byte[100];
            int length = await again.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal("STATUS=said to the next", System.Text.Encoding.UTF8.GetString(buffer, 0, length));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(address)!, recursive: true);
        }
    }

    [Theory]
    [InlineData("90000000", null, 90.0)]
    [InlineData("90000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    public void Pings_are_wanted_when_the_variables_say_so_of_this_process(string? microseconds, string? process, double? seconds)
    {
        using TestManager manager = new();
        using ServiceNotifier notifier = ServiceNotifier.Create(manager.Address, microseconds, process, NullLogger.Instance);
        Assert.Equal(seconds, notifier.WatchdogTimeout?.TotalSeconds);
        using ServiceNotifier own = ServiceNotifier.Create(manager.Address, microseconds, $"{Environment.ProcessId}", NullLogger.Instance);
        Assert.Equal(process is null ? seconds : 90, own.WatchdogTimeout?.TotalSeconds);
    }

    [Fact]
    public async Task A_ping_needs_progress_each_time_and_comes_thrice_in_the_time_allowed()
    {
        using TestManager manager = new();
        using ServiceNotifier notifier = manager.Notifier(TimeSpan.FromSeconds(90));
        FakeTimeProvider time = new();
        using CancellationTokenSource end = new();
        TaskCompletionSource progress = new();
        Task pinging = Watchdog.RunAsync(notifier, _ => progress.Task, time, end.Token);

        time.Advance(TimeSpan.FromHours(1));
        Assert.False(manager.HasMore, "a ping without progress");
        TaskCompletionSource first = progress;
        progress = new TaskCompletionSource();
        first.SetResult();
        Assert.Equal("WATCHDOG=1", await manager.NextAsync());

        progress.SetResult();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(manager.HasMore, "a ping too soon");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("WATCHDOG=1", await manager.NextAsync());

        await end.CancelAsync();
        await pinging;
    }

    [Fact]
    public async Task Nothing_is_pinged_when_no_pings_are_wanted()
    {
        using TestManager manager = new();
        using ServiceNotifier notifier = manager.Notifier();
        await Watchdog.RunAsync(notifier, _ => throw new InvalidOperationException(), TimeProvider.System, CancellationToken.None);
        Assert.False(manager.HasMore);
    }
}
