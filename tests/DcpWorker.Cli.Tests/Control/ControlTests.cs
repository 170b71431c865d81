using System.Diagnostics;
using System.Runtime.InteropServices;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Control;

/// <summary>status, stop, pause and resume: built programs that speak to built programs.</summary>
public sealed class ControlTests(Site site) : IClassFixture<Site>, IDisposable
{
    private const string Nobody = "http://127.0.0.1:1/";
    private const int SigKill = 9;
    private const int SigContinue = 18;
    private const int SigStop = 19;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _started = [];

    private string Sockets => Path.Combine(_folder.Path, "c");

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
    public async Task A_worker_is_shown_paused_resumed_and_stopped()
    {
        Process daemon = Start("inet-daemon", "--listen", "127.0.0.1:0");
        string evaluator = (await daemon.StandardOutput.ReadLineAsync().WaitAsync(Limit))!.Split(' ')[^1];
        Process worker = StartWorker("a", "--scheduler", site.Scheduler, "--evaluator", evaluator, "--json");
        _ = worker.StandardOutput.ReadToEndAsync();
        JsValue working = await UntilAsync(worker, "working");
        string id = working["id"].AsString()!;
        Assert.Equal(worker.Id, working["processId"].AsInt32());
        Assert.Equal("program", working["startedBy"].AsString());
        Assert.Equal(2, working["capacity"].AsInt32());
        Assert.Equal(site.Scheduler, working["scheduler"].AsString());
        Assert.InRange(working["memory"].AsNumber()!.Value, 1e6, 1e10);

        Finished table = await RunAsync("status");
        Assert.Equal(0, table.ExitCode);
        Assert.StartsWith("worker ", table.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith(id[..8], table.Lines[1], StringComparison.Ordinal);
        Assert.All(table.Lines, l => Assert.InRange(l.Length, 1, 100));

        Finished paused = await RunAsync("pause", "--mode", "suspend", "--reason", "lunch", id[..6]);
        Assert.Equal((0, $"{id} (process {worker.Id}): paused (suspend): lunch"), (paused.ExitCode, Assert.Single(paused.Lines)));
        Assert.Contains("paused (suspend): lunch", (await RunAsync("status", id)).Output, StringComparison.Ordinal);
        JsValue resumed = JsonReader.Parse((await RunAsync("resume", "--json")).Lines[0]);
        Assert.Equal("working", resumed["state"].AsString());

        Finished stopped = await RunAsync("stop", "--wait", "60", $"{worker.Id}");
        Assert.Equal((0, $"{id} (process {worker.Id}): stopped"), (stopped.ExitCode, Assert.Single(stopped.Lines)));
        await worker.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(0, worker.ExitCode);
        Assert.Equal("No worker is running that this user may see.", Assert.Single((await RunAsync("status")).Lines));
        Assert.Empty((await RunAsync("status", "--json")).Output);
    }

    [Fact]
    public async Task A_worker_that_a_rule_pauses_shows_the_rule_and_its_owner_can_set_it_going()
    {
        Process worker = StartWorker("a", "--scheduler", site.Scheduler, "--pause-when", "load > 1000", "--pause-when", "hours 00:00-24:00", "--pause-mode", "finish");
        _ = worker.StandardOutput.ReadToEndAsync();
        JsValue paused = await UntilAsync(worker, "paused");
        Assert.Equal(("finish", "hours 00:00-24:00"), (paused["pauseMode"].AsString(), paused["pauseReason"].AsString()));
        Assert.Contains("paused (finish): hours 00:00-24:00", (await RunAsync("status")).Output, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("resume", $"{worker.Id}")).ExitCode);
        await UntilAsync(worker, "working");
        Assert.Equal(0, (await RunAsync("stop", "--now", "--wait", "60", $"{worker.Id}")).ExitCode);
    }

    [Fact]
    public async Task A_worker_that_was_killed_is_not_shown_and_its_socket_removed()
    {
        Process worker = StartWorker("a", "--scheduler", Nobody);
        await UntilAsync(worker, "starting");
        Assert.NotEmpty(Directory.GetFiles(Sockets));

        _ = Kill(worker.Id, SigKill);
        await worker.WaitForExitAsync().WaitAsync(Limit);

        Assert.Equal("No worker is running that this user may see.", Assert.Single((await RunAsync("status")).Lines));
        Assert.Empty(Directory.GetFiles(Sockets));
    }

    [Fact]
    public async Task Of_two_workers_one_has_to_be_named()
    {
        Process one = StartWorker("a", "--scheduler", Nobody);
        Process two = StartWorker("b", "--scheduler", Nobody);
        await UntilAsync(one, "starting");
        await UntilAsync(two, "starting");

        Finished which = await RunAsync("stop", "--now");
        Assert.Equal(1, which.ExitCode);
        Assert.Contains($"process {one.Id}", Assert.Single(which.ErrorLines), StringComparison.Ordinal);
        Assert.Contains($"process {two.Id}", which.Errors, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("stop", "--now", "--wait", "60", $"{two.Id}")).ExitCode);
        await two.WaitForExitAsync().WaitAsync(Limit);
        Assert.False(one.HasExited);
        Assert.Equal(0, (await RunAsync("stop", "--all", "--wait", "60")).ExitCode);
        await one.WaitForExitAsync().WaitAsync(Limit);
    }

    [Theory]
    [InlineData("'nobody'", "status", "nobody")]
    [InlineData("'nobody'", "stop", "nobody")]
    [InlineData("No worker", "pause")]
    [InlineData("No worker", "resume")]
    [InlineData("sideways", "pause", "--mode", "sideways")]
    [InlineData("--interval", "status", "--interval", "0")]
    public async Task What_cannot_be_is_exit_code_1_and_one_line_that_says_why(string what, params string[] arguments)
    {
        Finished run = await RunAsync(arguments);

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains(what, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_does_not_answer_is_exit_code_2()
    {
        Process worker = StartWorker("a", "--scheduler", Nobody);
        await UntilAsync(worker, "starting");
        _ = Kill(worker.Id, SigStop);

        Finished status = await RunAsync("status");

        _ = Kill(worker.Id, SigContinue);
        Assert.Equal(2, status.ExitCode);
        Assert.Contains($"process {worker.Id}", Assert.Single(status.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watching_goes_on_until_it_is_interrupted()
    {
        Process worker = StartWorker("a", "--scheduler", Nobody);
        await UntilAsync(worker, "starting");
        Process watch = Start("status", "--watch", "--interval", "0.2", "--json");

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("starting", JsonReader.Parse((await watch.StandardOutput.ReadLineAsync().WaitAsync(Limit))!)["state"].AsString());
        }

        _ = Kill(watch.Id, 2);
        await watch.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(0, watch.ExitCode);
    }

    [Fact]
    public async Task A_runtime_folder_whose_path_is_too_long_for_sockets_is_passed_over()
    {
        string runtime = Path.Combine(_folder.Path, new string('x', 110));
        Directory.CreateDirectory(runtime);
        Dictionary<string, string?> variables = new() { ["DCP_CONTROL_DIR"] = null, ["XDG_RUNTIME_DIR"] = runtime };
        Process worker = Start(variables, "start", "--payment-address", "0x0000000000000000000000000000000000000001", "--scheduler", Nobody);
        using CancellationTokenSource limit = new(Limit);
        Finished status;
        do
        {
            status = await RunAsync(variables, "status", "--json");
        }
        while (!status.Output.Contains($"\"processId\":{worker.Id},", StringComparison.Ordinal) && !limit.IsCancellationRequested);

        Assert.Contains($"\"processId\":{worker.Id},", status.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(variables, "stop", "--now", "--wait", "60", $"{worker.Id}")).ExitCode);
    }

    [Theory]
    [InlineData("a symbolic link")]
    [InlineData("belongs to somebody else")]
    [InlineData("is open to others")]
    public async Task A_folder_that_is_not_safe_is_not_used_and_the_worker_works_without_and_says_so(string reason)
    {
        string target = Path.Combine(_folder.Path, "target");
        Directory.CreateDirectory(target);
        string folder = reason switch
        {
            "a symbolic link" => File.CreateSymbolicLink(Sockets, target).FullName,
            "belongs to somebody else" => OfSomebodyElse(),
            _ => target,
        };
        Process worker = Start(
            new Dictionary<string, string?> { ["DCP_CONTROL_DIR"] = folder }, "start", "--payment-address", "0x0000000000000000000000000000000000000001", "--scheduler", Nobody);

        string line;
        do
        {
            line = await worker.StandardError.ReadLineAsync().WaitAsync(Limit) ?? throw new EndOfStreamException();
        }
        while (!line.Contains("cannot be controlled", StringComparison.Ordinal));

        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.False(worker.HasExited);
        Assert.Empty(Directory.GetFiles(folder, "*.sock"));
    }

    // root gives a folder of its own away: the program would be free to use one of the system's
    private string OfSomebodyElse()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "/usr";
        }

        string folder = Path.Combine(_folder.Path, "other");
        Directory.CreateDirectory(folder);
        using Process chown = Process.Start("chown", ["65534:65534", folder]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
        return folder;
    }

    private Process StartWorker(string resources, params string[] arguments) => Start(
        new Dictionary<string, string?> { ["DCP_RESOURCE_DIR"] = Path.Combine(_folder.Path, resources) },
        ["start", "--payment-address", "0x0000000000000000000000000000000000000001", "--sandboxes", "2", .. arguments]);

    private Process Start(params string[] arguments) => Start(new Dictionary<string, string?>(), arguments);

    private Process Start(Dictionary<string, string?> variables, params string[] arguments)
    {
        ProcessStartInfo start = new(Built.Program("dcp-worker"), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DCP_RESOURCE_DIR"] = start.Environment["DCP_ETCDIR"] = start.Environment["DCP_CONFIG_ROOT"] = _folder.Path;
        start.Environment["DCP_CONTROL_DIR"] = Sockets;
        start.Environment.Remove("DCP_SCHEDULER_LOCATION");
        foreach ((string name, string? value) in variables)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        _started.Add(process);
        return process;
    }

    private Task<Finished> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string?>(), arguments);

    private async Task<Finished> RunAsync(Dictionary<string, string?> variables, params string[] arguments)
    {
        Process process = Start(variables, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limit);
        return new Finished(process.ExitCode, await output, await errors);
    }

    /// <summary>What a worker says of itself, once it is in a state.</summary>
    private async Task<JsValue> UntilAsync(Process worker, string state)
    {
        using CancellationTokenSource limit = new(Limit);
        Finished status = new(0, "", "");
        while (!limit.IsCancellationRequested)
        {
            status = await RunAsync("status", "--json");
            if (status.Lines.Select(l => JsonReader.Parse(l)).FirstOrDefault(w => w["processId"].AsInt32() == worker.Id && w["state"].AsString() == state) is { } found)
            {
                return found;
            }
        }

        throw new TimeoutException($"The worker was not {state}: {status.Output}{status.Errors}");
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
