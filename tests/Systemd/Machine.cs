using System.Diagnostics;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Systemd.Tests;

/// <summary>A machine under a real systemd, with our programs and units installed (machine.sh); shared by the tests of a class.</summary>
public sealed class Machine : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _console = [];
    private Process? _script;
    private string _init = "";

    private const string SiteConfiguration = """
        {
          scheduler: { location: url('http://127.0.0.1:8080/') },
          worker: { paymentAddress: '0x4444444444444444444444444444444444444444', maxSandboxes: 2 },
        }
        """;

    private const string SchedulerUnit = """
        [Service]
        ExecStart=/opt/dcp/bin/dcp-scheduler --listen 127.0.0.1:8080 --data /var/lib/dcp-test-scheduler
        User=dcp
        StateDirectory=dcp-test-scheduler
        """;

    /// <summary>The user that the services run as.</summary>
    internal const string User = "dcp";

    /// <summary>The services: the shipped ones, and a scheduler for them.</summary>
    internal const string Daemon = "dcp-inet-daemon.service", Worker = "dcp-sa-worker.service", Scheduler = "dcp-test-scheduler.service";

    public async Task InitializeAsync()
    {
        ProcessStartInfo start = new("bash", [Path.Combine(AppContext.BaseDirectory, "machine.sh"), "boot", _folder.Path, Path.Combine(Built.Root, "artifacts"), Path.Combine(Built.Root, "packaging", "systemd")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _script = Process.Start(start)!;
        _script.ErrorDataReceived += (_, e) => Note(e.Data);
        _script.BeginErrorReadLine();
        using CancellationTokenSource limit = new(Limit);
        string? starter = await _script.StandardOutput.ReadLineAsync(limit.Token);
        await UntilAsync(() => IsUpAsync(starter), "the machine is up");
    }

    public async Task DisposeAsync()
    {
        if (_script is not null)
        {
            // as it would be if this process were killed
            _script.StandardInput.Close();
            using CancellationTokenSource limit = new(Limit);
            await _script.WaitForExitAsync(limit.Token);
            _script.Dispose();
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A site with a scheduler of its own; nothing is started.</summary>
    internal async Task BuildSiteAsync()
    {
        await WriteAsync("/opt/dcp/etc/dcp-site-config.js", SiteConfiguration);
        await WriteAsync($"/run/systemd/system/{Scheduler}", SchedulerUnit);
        await SystemctlAsync("daemon-reload");
    }

    /// <summary>Stops everything; nothing of the site's past is left. (A scheduler that starts from nothing is another one, for who remembers the last.)</summary>
    internal async Task ClearSiteAsync()
    {
        await TryAsync("systemctl", "stop", Worker, Daemon, Scheduler, "dcp-inet-daemon.socket", "dcp-evaluator.socket");
        await TryAsync("systemctl", "reset-failed");
        await TryAsync("bash", "-c", "rm -rf /var/lib/dcp-test-scheduler /opt/dcp/.dcp/*");
    }

    /// <summary>Runs a command in the machine, as root, to its end.</summary>
    internal Task<Answer> TryAsync(string program, params string[] arguments) => TryAsync(Limit, program, arguments);

    /// <summary>As <see cref="TryAsync(string, string[])"/>, for what takes its time.</summary>
    internal async Task<Answer> TryAsync(TimeSpan patience, string program, params string[] arguments)
    {
        ProcessStartInfo start = new("nsenter", ["--target", _init, "--all", "--", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SYSTEMD_PAGER"] = "";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using CancellationTokenSource limit = new(patience);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new Answer(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} has not ended.\n{(program == "journalctl" ? "" : await JournalAsync())}\n{Console()}");
        }
    }

    /// <summary>As <see cref="TryAsync"/>; fails when the command does. Gives what it printed.</summary>
    internal async Task<string> RunAsync(string program, params string[] arguments)
    {
        Answer answer = await TryAsync(program, arguments);
        return answer.ExitCode == 0
            ? answer.Output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {answer.ExitCode}: {answer.Output}{answer.Errors}\n{Console()}");
    }

    /// <summary>Runs a script in the machine's shell, as the services' user.</summary>
    internal Task<string> RunAsUserAsync(string script) => RunAsync(
        "setpriv", "--reuid", User, "--regid", User, "--clear-groups", "env", "-i", "PATH=/opt/dcp/bin:/usr/bin:/bin", "HOME=/opt/dcp", "DCP_RESOURCE_DIR=/opt/dcp/.dcp", "bash", "-euc", script);

    /// <summary>systemctl, which must succeed; when it does not, the journal is told.</summary>
    internal async Task SystemctlAsync(params string[] arguments)
    {
        Answer answer = await TryAsync("systemctl", arguments);
        if (answer.ExitCode != 0)
        {
            throw new InvalidOperationException($"systemctl {string.Join(' ', arguments)}: {answer.Errors}\n{await JournalAsync()}");
        }
    }

    /// <summary>A property of a unit.</summary>
    internal async Task<string> ShowAsync(string unit, string property) =>
        (await RunAsync("systemctl", "show", unit, $"--property={property}", "--value")).TrimEnd('\n');

    /// <summary>The process of a service.</summary>
    internal Task<string> MainProcessAsync(string unit) => ShowAsync(unit, "MainPID");

    internal Task<string> JournalAsync(params string[] arguments) => RunAsync("journalctl", ["--no-pager", "--output=short", .. arguments]);

    /// <summary>Writes a file in the machine.</summary>
    internal Task WriteAsync(string path, string text) => RunAsync("bash", "-euc", "mkdir -p \"$(dirname \"$0\")\"; printf %s \"$1\" >\"$0\"", path, text);

    /// <summary>A drop-in, which is gone when it is disposed.</summary>
    internal async Task<IAsyncDisposable> DropInAsync(string unit, string text)
    {
        string folder = $"/run/systemd/system/{unit}.d";
        await WriteAsync($"{folder}/test.conf", text);
        await SystemctlAsync("daemon-reload");
        return new Undo(async () =>
        {
            await RunAsync("rm", "-rf", folder);
            await SystemctlAsync("daemon-reload");
        });
    }

    /// <summary>Looks until something is so; when it does not come to be, says what happened.</summary>
    internal async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Limit || _script is { HasExited: true })
            {
                throw new TimeoutException($"Never: {what}.\n{(_init.Length > 0 && _script is { HasExited: false } ? await JournalAsync() : "")}\n{Console()}");
            }

            await Task.Delay(Pause);
        }
    }

    internal Task UntilShownAsync(string unit, string property, string value) =>
        UntilAsync(async () => await ShowAsync(unit, property) is var shown && shown.Contains(value, StringComparison.Ordinal), $"{property} of {unit} is {value}");

    private async Task<bool> IsUpAsync(string? starter)
    {
        string children = $"/proc/{starter}/task/{starter}/children";
        if (_init.Length == 0)
        {
            string[] ids = File.Exists(children) ? File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
            if (ids.Length != 1 || !File.ReadAllText($"/proc/{ids[0]}/comm").StartsWith("systemd", StringComparison.Ordinal))
            {
                return false;
            }

            _init = ids[0];
        }

        return (await TryAsync("systemctl", "is-active", "dcp-test.target")).ExitCode == 0;
    }

    private void Note(string? line)
    {
        lock (_console)
        {
            _console.Add(line ?? "");
        }
    }

    private string Console()
    {
        lock (_console)
        {
            return string.Join('\n', _console);
        }
    }

    internal sealed record Answer(int ExitCode, string Output, string Errors);

    private sealed class Undo(Func<Task> undo) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await undo();
    }
}
