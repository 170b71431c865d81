using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using DcpWorker.Engine;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.InetDaemon;

/// <summary>dcp-worker inet-daemon: whom it serves, and when it refuses to serve at all.</summary>
[SupportedOSPlatform("linux")]
public sealed class InetDaemonTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _started = [];
    private readonly Dictionary<Process, Task<string>> _errors = [];

    public void Dispose()
    {
        foreach (Process process in _started)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Without_lock_down_it_ends_with_exit_code_3_and_says_why()
    {
        Finished run = await Finished.RunAsync(_folder.Path, "inet-daemon", "--listen", "127.0.0.1:0", "--evaluator", WithoutLockDown(), "--json");

        Assert.Equal(3, run.ExitCode);
        JsValue failed = JsonReader.Parse(run.Lines.Single(l => l.Contains("lockDownFailed", StringComparison.Ordinal)));
        Assert.True(failed["fatal"].AsBoolean());
        Assert.Contains("--no-lockdown", failed["reason"].AsString(), StringComparison.Ordinal);
        Assert.Contains(run.ErrorLines, l => l.StartsWith("dcp-worker: Evaluators are offered to nobody", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "--allow-no-lockdown")]
    [InlineData(false)]
    public async Task Without_lock_down_it_serves_where_that_is_allowed_and_warns(bool byOption, params string[] options)
    {
        if (!byOption)
        {
            _folder.Write("dcp-site-config.js", "{ inetDaemon: { allowNoLockDown: true } }");
        }

        Process daemon = Start(["inet-daemon", "--listen", "127.0.0.1:0", "--evaluator", WithoutLockDown(), .. options]);
        // in any order: what happens is printed while the program goes on
        List<string> lines = [];
        while (!lines.Any(l => l.Contains("tcp://", StringComparison.Ordinal)) || !lines.Any(l => l.Contains("lock-down is not in force", StringComparison.Ordinal)))
        {
            lines.Add(await LineAsync(daemon, ""));
        }

        using StreamReader evaluator = await ConnectAsync(Endpoint(lines.Single(l => l.Contains("tcp://", StringComparison.Ordinal))));
        Assert.StartsWith("MSG:", await evaluator.ReadLineAsync().WaitAsync(Limit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_named_users_of_this_machine_get_an_evaluator()
    {
        Process daemon = Start("inet-daemon", "--listen", "127.0.0.1:0", "--local-user", "self", "--json");
        using (StreamReader own = await ConnectAsync(await EndpointAsync(daemon)))
        {
            Assert.StartsWith("MSG:", await own.ReadLineAsync().WaitAsync(Limit), StringComparison.Ordinal);
        }

        // a number that is no user of this machine
        _folder.Write("dcp-site-config.js", "{ inetDaemon: { localUsers: ['3999999999'] } }");
        Process other = Start("inet-daemon", "--listen", "127.0.0.1:0", "--json");
        using StreamReader refused = await ConnectAsync(await EndpointAsync(other));
        Assert.Null(await refused.ReadLineAsync().WaitAsync(Limit));
        Assert.Contains("is not among those who may connect", await LineAsync(other, "connectionRefused"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_knocks_without_end_does_not_fill_the_log()
    {
        _folder.Write("dcp-site-config.js", "{ inetDaemon: { localUsers: ['3999999999'] } }");
        Process daemon = Start("inet-daemon", "--listen", "127.0.0.1:0");
        Task<string> errors = _errors[daemon];
        IPEndPoint endpoint = await EndpointAsync(daemon);
        for (int i = 0; i < 20; i++)
        {
            using StreamReader refused = await ConnectAsync(endpoint);
            Assert.Null(await refused.ReadLineAsync().WaitAsync(Limit));
        }

        using (Process kill = Process.Start("kill", $"{daemon.Id}"))
        {
            await kill.WaitForExitAsync().WaitAsync(Limit);
        }

        string said = await daemon.StandardOutput.ReadToEndAsync().WaitAsync(Limit) + await errors.WaitAsync(Limit);
        // the first at once, and on a slow machine another one after ten seconds
        Assert.InRange(said.Split('\n').Count(l => l.Contains("refused", StringComparison.Ordinal)), 1, 5);
    }

    [Theory]
    [InlineData("would let other machines run code here", "--listen", "0.0.0.0:0")]
    [InlineData("is no network", "--listen", "0.0.0.0:0", "--allow-from", "everywhere")]
    [InlineData("no local user 'nobody-of-that-name'", "--local-user", "nobody-of-that-name")]
    public async Task What_would_open_the_machine_or_cannot_be_read_is_refused_with_the_reason(string reason, params string[] options)
    {
        Finished run = await Finished.RunAsync(_folder.Path, ["inet-daemon", .. options]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("dcp-worker inet-daemon")]
    [InlineData("dcp-worker start --payment-address 0x0000000000000000000000000000000000000001")]
    [InlineData("dcp-scheduler --listen 127.0.0.1:0 --data ./scheduler")]
    public async Task Root_is_refused_and_told_how_to_do_it_right(string command)
    {
        Finished run = await new Tool(_folder) { AllowRoot = false }.RunScriptAsync($"exec {RootTheoryAttribute.AsRoot} {command}");

        Assert.Equal(3, run.ExitCode);
        string line = Assert.Single(run.ErrorLines);
        Assert.Contains("must not run as root", line, StringComparison.Ordinal);
        Assert.Contains($"setpriv --reuid dcp --regid dcp --init-groups env HOME=/opt/dcp DCP_RESOURCE_DIR=/opt/dcp/.dcp {string.Join(' ', command.Split(' ').TakeWhile(w => !w.StartsWith("--", StringComparison.Ordinal)))}", line, StringComparison.Ordinal);
        Assert.Contains("--allow-root", line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "scheduler")));
    }

    private string WithoutLockDown()
    {
        const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        string file = _folder.Write("evaluator", $"#!/bin/sh\nexec '{Built.Program("dcp-evaluator")}' --no-lockdown \"$@\"\n");
        File.SetUnixFileMode(_folder.Path, ForAll);
        File.SetUnixFileMode(file, ForAll);
        return file;
    }

    private Process Start(params string[] arguments)
    {
        Tool tool = new(_folder) { Variables = { ["DCP_CONTROL_DIR"] = Path.Combine(_folder.Path, "c") } };
        Process process = tool.Start(Built.Program("dcp-worker"), arguments);
        _started.Add(process);
        _errors[process] = process.StandardError.ReadToEndAsync();
        return process;
    }

    private static async Task<IPEndPoint> EndpointAsync(Process daemon) => Endpoint(await LineAsync(daemon, "tcp://"));

    private static IPEndPoint Endpoint(string line) =>
        IPEndPoint.Parse(line[(line.IndexOf("tcp://", StringComparison.Ordinal) + 6)..].Split('"')[0]);

    private static async Task<string> LineAsync(Process process, string text)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Limit) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException($"The program ended without a line that has '{text}' in it.");
    }

    private static async Task<StreamReader> ConnectAsync(IPEndPoint endpoint)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endpoint).WaitAsync(Limit);
        return new StreamReader(new NetworkStream(socket, ownsSocket: true));
    }
}
