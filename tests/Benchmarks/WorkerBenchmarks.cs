using System.Diagnostics;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Deployment.Events;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Benchmarks;

/// <summary>
/// The whole path, each worker with its own evaluators on a scheduler of its own: trivial slices per second, the wait for
/// the first result, processor time and memory of the worker process, and what it costs to wait for work.
/// </summary>
internal static class WorkerBenchmarks
{
    private const string Account = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A";
    private const int Sandboxes = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(20);

    private sealed record Figures(double FirstResult, double SlicesPerSecond, double CpuPerSlice, double Memory, double IdleCpu, double IdleMemory);

    public static async Task RunAsync()
    {
        // The deployer runs in this process: without this, whoever is measured first would wait for its compilation too.
        await MeasureAsync(ours: true, slices: 20, idleTime: TimeSpan.Zero);
        Figures ours = await MeasureAsync(ours: true, slices: 2000, IdleTime);
        Figures theirs = await MeasureAsync(ours: false, slices: 100, IdleTime);
        FigureTable table = new($"Worker, {Sandboxes} sandboxes (ours over 2000 trivial slices, theirs over 100)");
        table.Add("slices per second", "/s", ours.SlicesPerSecond, theirs.SlicesPerSecond, "≥ 20");
        table.Add("first result after deploying", "s", ours.FirstResult, theirs.FirstResult, "≤ 0.3");
        table.Add("CPU of the worker per slice", "ms", ours.CpuPerSlice, theirs.CpuPerSlice, "≤ 0.5");
        table.Add("peak memory of the worker", "MiB", ours.Memory, theirs.Memory);
        table.Add("memory when idle", "MiB", ours.IdleMemory, theirs.IdleMemory);
        table.Add("CPU when idle", "% of a core", ours.IdleCpu, theirs.IdleCpu, "ours ≤ 0.2 %");
        table.Print();
    }

    private static async Task<Figures> MeasureAsync(bool ours, int slices, TimeSpan idleTime)
    {
        string folder = Directory.CreateTempSubdirectory("dcp-bench-").FullName;
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            // everything below runs as nobody
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        }

        List<Process> processes = [];
        try
        {
            (Process scheduler, string schedulerUrl) = await StartServerAsync([Peers.Bin("dcp-scheduler"), "--listen", "127.0.0.1:0", "--data", Path.Combine(folder, "scheduler")], folder);
            processes.Add(scheduler);
            (Process evaluators, string evaluatorUrl) = await StartServerAsync(
                ours ? [Peers.Bin("dcp-worker"), "inet-daemon", "--listen", "127.0.0.1:0"] : ["node", Path.Combine(Peers.Root, "tests", "Interop", "peers", "node-evaluator.js")], folder);
            processes.Add(evaluators);
            Process worker = Peers.Start(
                ours
                    ? [Peers.Bin("dcp-worker"), "start", "--payment-address", Account, "--scheduler", schedulerUrl, "--evaluator", evaluatorUrl, "--sandboxes", $"{Sandboxes}", "--json"]
                    : ["node", Path.Combine(Peers.Root, "tests", "Interop", "peers", "worker.js"), schedulerUrl, new Uri(evaluatorUrl.Replace("tcp:", "http:", StringComparison.Ordinal)).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), Account, $$"""{"cores":{{Sandboxes}}}"""],
                Home(folder, "worker"));
            processes.Add(worker);
            _ = worker.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);

            // both have their connections, and their first evaluator, by then
            await Task.Delay(TimeSpan.FromSeconds(10));
            double idleStart = ProcessFigures.CpuSeconds(worker.Id);
            await Task.Delay(idleTime);
            double idleCpu = (ProcessFigures.CpuSeconds(worker.Id) - idleStart) / idleTime.TotalSeconds * 100;
            double idleMemory = ProcessFigures.ProportionalMemory(worker.Id);

            double before = ProcessFigures.CpuSeconds(worker.Id);
            (double first, double rate) = await DeployAsync(new Uri(schedulerUrl), slices);
            double cpu = (ProcessFigures.CpuSeconds(worker.Id) - before) / slices * 1000;
            return new Figures(first, rate, cpu, ProcessFigures.PeakMemory(worker.Id), idleCpu, idleMemory);
        }
        finally
        {
            foreach (Process process in Enumerable.Reverse(processes))
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
                process.Dispose();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double First, double Rate)> DeployAsync(Uri scheduler, int slices)
    {
        using CancellationTokenSource limit = new(Patience);
        using HttpClient http = new();
        using PrivateKey identity = PrivateKey.Create();
        using PrivateKey account = PrivateKey.Create();
        SchedulerConfiguration configuration = await SchedulerConfiguration.FetchAsync(scheduler, http, limit.Token);
        await using JobDeployer deployer = new(
            configuration, identity, account, DeploymentOptions.Default, ConnectionOptions.Default, null, TimeProvider.System, NullLoggerFactory.Instance);
        await using DeployedJob job = await deployer.DeployAsync(
            new JobDefinition
            {
                Name = "trivial slices",
                WorkFunction = "(x) => { progress(1); return x * 2; }",
                Input = JobInput.Of(RangeObject.Create(1, slices, null)),
                SlicePayment = 0.001m,
            },
            limit.Token);

        // What came before is the deployer's and the scheduler's, and the same for both.
        Stopwatch watch = Stopwatch.StartNew();
        double first = 0;
        double last = 0;
        int results = 0;
        await foreach (JobEvent e in job.ReadEventsAsync(limit.Token))
        {
            if (e is ResultReceived)
            {
                last = watch.Elapsed.TotalSeconds;
                first = results++ == 0 ? last : first;
            }
        }

        return results == slices
            ? (first, (slices - 1) / (last - first))
            : throw new InvalidOperationException($"{results} of {slices} results came.");
    }

    private static async Task<(Process Process, string Url)> StartServerAsync(string[] command, string folder)
    {
        Process process = Peers.Start(command, Home(folder, Path.GetFileName(command[0])));
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            int at = line.IndexOf("listening on ", StringComparison.Ordinal);
            if (at >= 0)
            {
                // nobody else reads the rest, and it must not block the process
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return (process, line[(at + "listening on ".Length)..].Trim());
            }
        }

        throw new InvalidOperationException($"{command[0]} did not start.");
    }

    private static Dictionary<string, string> Home(string folder, string name)
    {
        string home = Path.Combine(folder, name);
        Directory.CreateDirectory(home);
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(home, (UnixFileMode)0b111_111_111);
        }

        return new() { ["HOME"] = home, ["DCP_RESOURCE_DIR"] = Path.Combine(home, ".dcp"), ["TMPDIR"] = home };
    }
}
