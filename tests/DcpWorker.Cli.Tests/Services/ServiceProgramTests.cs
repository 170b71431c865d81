using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Services;

/// <summary>The built program as a service manager runs it: the sockets that it is passed, and what it says on the one it is named.</summary>
public sealed class ServiceProgramTests : IDisposable
{
    private const int SigTerm = 15;
    private const string AllowRoot = "DCP_ALLOW_ROOT";
    private const string Insecure = "DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION";
    private static readonly string[] Folders = ["DCP_RESOURCE_DIR", "DCP_ETCDIR", "DCP_CONFIG_ROOT", "DCP_CONTROL_DIR"];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _heard = [];
    private readonly List<Process> _started = [];

    public ServiceProgramTests() => _manager.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.Path, "notify")));

    public void Dispose()
    {
        foreach (Process process in _started)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            process.Dispose();
        }

        _manager.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_inet_daemon_tells_its_manager_when_it_is_ready_that_it_lives_and_that_it_ends()
    {
        Process daemon = Start("3000000", Built.Program("dcp-worker"), "inet-daemon", "--listen", "127.0.0.1:0");
        string address = (await daemon.StandardOutput.ReadLineAsync().WaitAsync(Limit))!.Split("tcp://")[1];

        await UntilAsync("READY=1\nSTATUS=Listening on " + address);
        await UntilAsync("WATCHDOG=1");
        await UntilAsync("WATCHDOG=1");
        Assert.Equal(0, Kill(daemon.Id, SigTerm));
        await UntilAsync("STOPPING=1");
        await daemon.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(0, daemon.ExitCode);
    }

    [Fact]
    public async Task A_worker_without_a_scheduler_is_ready_says_so_and_ends_when_told()
    {
        Process worker = Start(
            "3000000", Built.Program("dcp-worker"), "start", "--scheduler", "http://127.0.0.1:1/", "--evaluator", "tcp://127.0.0.1:1", "--payment-address", "0x" + new string('4', 40));

        await UntilAsync("READY=1\nSTATUS=Connecting to http://127.0.0.1:1/; The scheduler");
        await UntilAsync("WATCHDOG=1");
        Assert.Equal(0, Kill(worker.Id, SigTerm));
        await UntilAsync("STOPPING=1");
        await worker.WaitForExitAsync().WaitAsync(Limit);
    }

    [SystemdFact]
    public async Task An_inet_daemon_serves_the_socket_that_it_is_passed_in_place_of_its_own()
    {
        int port = FreePort();
        Process daemon = StartWithSocket($"--listen=127.0.0.1:{port}");

        // it listens when it says so; the first connection starts the daemon
        await daemon.StandardError.ReadLineAsync().WaitAsync(Limit);
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Limit);
        await client.GetStream().WriteAsync("{\"type\":\"die\"}\n"u8.ToArray());
        using StreamReader answer = new(client.GetStream());
        string said = await answer.ReadToEndAsync().WaitAsync(Limit);

        Assert.Contains("DIE: ", said, StringComparison.Ordinal);
        await UntilAsync($"READY=1\nSTATUS=Listening on 127.0.0.1:{port}");
    }

    [SystemdFact]
    public async Task A_socket_that_cannot_be_served_is_said_and_is_the_end()
    {
        int port = FreePort();
        Process daemon = StartWithSocket("--datagram", $"--listen=127.0.0.1:{port}");
        await daemon.StandardError.ReadLineAsync().WaitAsync(Limit);
        using UdpClient client = new();
        await client.SendAsync("hello"u8.ToArray(), new IPEndPoint(IPAddress.Loopback, port));

        string errors = await daemon.StandardError.ReadToEndAsync().WaitAsync(Limit);
        await daemon.WaitForExitAsync().WaitAsync(Limit);

        Assert.Equal(1, daemon.ExitCode);
        Assert.Contains("does not listen for TCP connections: write ListenStream=", errors, StringComparison.Ordinal);
    }

    /// <summary>An inet-daemon whose own address would not do; systemd-socket-activate passes on what it is told to.</summary>
    private Process StartWithSocket(params string[] socket) => Start(
        null,
        "systemd-socket-activate",
        [.. socket, .. Folders.Append(Insecure).Append(AllowRoot).Append("NOTIFY_SOCKET").Select(v => $"--setenv={v}"), Built.Program("dcp-worker"), "inet-daemon", "--listen", "127.0.0.1:1"]);

    private Process Start(string? watchdog, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("DCP_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (string name in Folders)
        {
            start.Environment[name] = _folder.Path;
        }

        start.Environment[Insecure] = start.Environment[AllowRoot] = "1";
        start.Environment["NOTIFY_SOCKET"] = Path.Combine(_folder.Path, "notify");
        if (watchdog is not null)
        {
            start.Environment["WATCHDOG_USEC"] = watchdog;
        }

        if (Environment.IsPrivilegedProcess && start.ArgumentList.Contains("inet-daemon"))
        {
            start.ArgumentList.Add("--user");
            start.ArgumentList.Add("65534:65534");
        }

        Process process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }

    private async Task UntilAsync(string beginning)
    {
        byte[] buffer = new byte[4096];
        using CancellationTokenSource limit = new(Limit);
        try
        {
            do
            {
                int length = await _manager.ReceiveAsync(buffer, limit.Token);
                _heard.Add(Encoding.UTF8.GetString(buffer, 0, length));
            }
            while (!_heard[^1].StartsWith(beginning, StringComparison.Ordinal));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Nobody said '{beginning}'. Heard:\n{string.Join("\n--\n", _heard)}");
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
