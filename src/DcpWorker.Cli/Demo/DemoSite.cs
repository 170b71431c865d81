using System.Diagnostics;
using DcpWorker.Engine.Children;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Demo;

/// <summary>A scheduler, an inet-daemon and a worker of one demonstration: real programs, free ports, a folder that is thrown away.</summary>
internal sealed class DemoSite : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dcp-demo-");
    private readonly ChildLauncher _launcher = new();
    private readonly List<ChildProgram> _children = [];
    private readonly HashSet<int> _working = [];

    private readonly string _programs;

    private DemoSite(string programs) => _programs = programs;

    public Uri Scheduler { get; private set; } = null!;

    /// <summary>Most sandboxes that were seen to compute at the same time.</summary>
    public int MostSandboxesAtOnce { get; private set; }

    /// <param name="programs">Folder of the programs.</param>
    /// <param name="sandboxes">Sandboxes of the worker.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<DemoSite> StartAsync(string programs, int sandboxes, CancellationToken ct)
    {
        DemoSite site = new(programs);
        try
        {
            await site.StartAllAsync(sandboxes, ct);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Does the work; fails when one of the programs ends meanwhile.</summary>
    public async Task<T> WhileItRunsAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task<T> result = work(end.Token);
        Task<string> death = await Task.WhenAny(_children.Select(c => c.Death).Append(result.ContinueWith(_ => "", TaskScheduler.Default)));
        if (!result.IsCompleted && !ct.IsCancellationRequested)
        {
            await end.CancelAsync();
            await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new DemoException(await death);
        }

        return await result;
    }

    /// <summary>Lets the programs end by themselves, the last one started first.</summary>
    public async Task StopAsync()
    {
        foreach (ChildProgram child in Enumerable.Reverse(_children))
        {
            await child.StopAsync(TimeSpan.FromSeconds(10));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProgram child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        _launcher.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task StartAllAsync(int sandboxes, CancellationToken ct)
    {
        ChildProgram.GiveToUnprivilegedUser(_folder.FullName);
        using PrivateKey account = PrivateKey.Create();

        ChildProgram scheduler = Launch("dcp-scheduler", ["--listen", "127.0.0.1:0", "--data", Folder("scheduler")]);
        Scheduler = new Uri(await scheduler.WaitForAsync("listening on ", StartLimit, ct));

        ChildProgram daemon = Launch("dcp-worker", ["inet-daemon", "--listen", "127.0.0.1:0", "--max-connections", $"{4 * sandboxes}"]);
        string evaluator = await daemon.WaitForAsync("listening on ", StartLimit, ct);

        Launch(
            "dcp-worker",
            ["start", "--json", "--scheduler", Scheduler.AbsoluteUri, "--evaluator", evaluator, "--payment-address", $"{account.Address}", "--sandboxes", $"{sandboxes}"],
            OnWorkerLine);
    }

    private ChildProgram Launch(string program, IReadOnlyList<string> arguments, Action<string>? onLine = null)
    {
        ProcessStartInfo start = new(Path.Combine(_programs, program), arguments);
        start.Environment["DCP_RESOURCE_DIR"] = Folder("resources");
        start.Environment["HOME"] = _folder.FullName;
        start.Environment["DCP_CONTROL_DIR"] = Folder("control");
        // What this machine is configured for is none of the demonstration's business.
        start.Environment["DCP_ETCDIR"] = start.Environment["DCP_CONFIG_ROOT"] = Folder("etc");
        ChildProgram child = _launcher.Start(start, new ChildProgramOptions { IsUnprivileged = true, OnLine = onLine });
        _children.Add(child);
        return child;
    }

    private string Folder(string name) => Path.Combine(_folder.FullName, name);

    private void OnWorkerLine(string line)
    {
        JsValue e = JsonReader.Parse(line);
        if (e["sandbox"].AsInt32() is not { } sandbox)
        {
            return;
        }

        switch (e["event"].AsString())
        {
            case "sliceStarted":
                _working.Add(sandbox);
                MostSandboxesAtOnce = Math.Max(MostSandboxesAtOnce, _working.Count);
                break;
            case "sliceCompleted" or "sliceFailed" or "sandboxTerminated":
                _working.Remove(sandbox);
                break;
        }
    }
}
