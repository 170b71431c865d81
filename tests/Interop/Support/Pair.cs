using System.Diagnostics;
using DcpWorker.Engine.Serialization;

namespace Interop.Tests.Support;

/// <summary>One scheduler, evaluator, worker and deployer; they have run all jobs by the time the tests look.</summary>
public abstract class Pair : IAsyncLifetime
{
    private const string PaymentAddress = "0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB";
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Running = TimeSpan.FromMinutes(5);

    /// <summary>What came of each job.</summary>
    internal JsValue Outcomes { get; private set; } = JsValue.Undefined;

    /// <summary>What the worker and the scheduler have said, for a failing test.</summary>
    internal string Log { get; private set; } = "";

    private protected abstract bool RealWorker { get; }

    private protected abstract bool RealEvaluator { get; }

    private protected abstract IDeployer Deployer { get; }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        using Home home = new();
        Stopwatch watch = Stopwatch.StartNew();
        await using Peer scheduler = Peer.Start(
            home.Sub("scheduler"), Place.Program("dcp-scheduler"), "--listen", "127.0.0.1:0", "--data", Path.Combine(home.Sub("data"), "scheduler"), "--reject-patience", "5",
            // the real worker, short of time, loses a slice now and then without a word
            "--lease", "60");
        Uri url = new(Address(scheduler.WaitForLine("listening on", Starting)));
        await using Peer evaluator = RealEvaluator
            ? Peer.Start(home.Sub("evaluator"), "node", Place.Script("node-evaluator.js"))
            : Peer.Start(home.Sub("evaluator"), Place.Program("dcp-worker"), "inet-daemon", "--listen", "127.0.0.1:0", "--max-connections", "10", "--nice", "0");
        Uri sandboxes = new(Address(evaluator.WaitForLine("listening on", Starting)));
        await using Peer worker = RealWorker
            ? Peer.Start(home.Sub("worker"), "node", Place.Script("worker.js"), url.AbsoluteUri, $"{sandboxes.Port}", PaymentAddress)
            : Peer.Start(
                home.Sub("worker"), Place.Program("dcp-worker"), "start", "--scheduler", url.AbsoluteUri, "--evaluator", $"tcp://127.0.0.1:{sandboxes.Port}",
                "--payment-address", PaymentAddress, "--sandboxes", "2", "--json");
        try
        {
            Outcomes = await Deployer.RunAsync(url, home, Running);
        }
        finally
        {
            Log = $"All jobs took {watch.Elapsed}.\n--- worker: {worker.Describe()}\n--- scheduler: {scheduler.Describe()}\n--- evaluator: {evaluator.Describe()}";
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    private static string Address(string line) => line[(line.IndexOf("listening on ", StringComparison.Ordinal) + "listening on ".Length)..].Trim();
}
