using System.CommandLine;
using DcpWorker.Cli.Commands;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Cli.Control;

/// <summary><c>dcp-worker stop</c>: ends running workers.</summary>
internal static class StopCommand
{
    private static readonly Argument<string[]> Id = ControlTarget.Argument();
    private static readonly Option<bool> All = ControlTarget.AllOption();
    private static readonly Option<bool> Now = new("--now") { Description = "Give back what is in the sandboxes, instead of finishing it. May follow a stop without." };
    private static readonly Option<double?> WaitFor = new("--wait")
    {
        Description = "Wait so many seconds for the end; exit code 2 when it has not come by then.",
        HelpName = "SECONDS",
    };

    private static readonly Option<bool> Json = CommonOptions.Json("A JSON line for each worker on stdout.");

    public static Command Create() =>
        new Command("stop", "Ends a running worker: what is in its sandboxes is finished, the rest given back.") { Id, All, Now, WaitFor, Json }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        double? patience = parsed.GetValue(WaitFor) is null or (>= 0 and <= 1e7) ? parsed.GetValue(WaitFor) : throw new UsageException("--wait takes seconds, from 0 on.");
        bool now = parsed.GetValue(Now);
        using StopSignals signals = new(Console.Error.WriteLine);
        CancellationToken ct = signals.Soft;
        IReadOnlyList<RunningWorker> workers = await ControlTarget.FindAsync(parsed.GetValue(Id) ?? [], parsed.GetValue(All), ct);
        RunningWorker[] told = await Task.WhenAll(workers.Select(w => RunningWorkers.StopAsync(w, now, ct)));
        using CancellationTokenSource limit = new(patience is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await ControlTarget.ForEachAsync(
                told, async w => patience is null ? w : await RunningWorkers.WaitAsync(w, WorkerState.Stopped, either.Token), parsed.GetValue(Json));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ControlException(ControlException.TimedOut, $"A worker has not ended within {patience} s. Wait longer, or stop it with --now.");
        }
    }
}
