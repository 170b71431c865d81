using System.CommandLine;
using DcpWorker.Cli.Commands;
using DcpWorker.Cli.Output;
using DcpWorker.Engine.Control;

namespace DcpWorker.Cli.Control;

/// <summary><c>dcp-worker status</c>: what the running workers do.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string[]> Id = ControlTarget.Argument();
    private static readonly Option<bool> Watch = new("--watch", "-w") { Description = "Go on showing it until Ctrl-C." };
    private static readonly Option<double> Interval = new("--interval")
    {
        Description = "Seconds between two looks with --watch. Default: 1.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<bool> Json = CommonOptions.Json("A JSON line for each worker on stdout.");

    public static Command Create() => new Command("status", "Shows the workers that run on this machine.") { Id, Watch, Interval, Json }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        double seconds = parsed.GetValue(Interval) is var s and >= 0.1 and <= 86400 ? s : throw new UsageException("--interval takes seconds, from 0.1 to 86400.");
        if (!parsed.GetValue(Watch))
        {
            using CancellationTokenSource none = new();
            return await ShowAsync(parsed, clear: false, none.Token);
        }

        using StopSignals signals = new(_ => { });
        bool clear = !Console.IsOutputRedirected && !parsed.GetValue(Json);
        while (!signals.Soft.IsCancellationRequested)
        {
            try
            {
                await ShowAsync(parsed, clear, signals.Soft);
                await Task.Delay(TimeSpan.FromSeconds(seconds), signals.Soft);
            }
            catch (OperationCanceledException) when (signals.Soft.IsCancellationRequested)
            {
                break;
            }
        }

        return ExitCode.Done;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, bool clear, CancellationToken ct)
    {
        string[] ids = parsed.GetValue(Id) ?? [];
        (IReadOnlyList<RunningWorker> workers, IReadOnlyList<ControlException> silent) = await RunningWorkers.FindAsync(ct);
        if (ids.Length > 0)
        {
            string? missing = ids.FirstOrDefault(id => RunningWorkers.Choose(workers, id).Count == 0);
            workers = missing is null
                ? [.. ids.SelectMany(id => RunningWorkers.Choose(workers, id)).Distinct()]
                : throw new ControlException(ControlException.NotFound, $"There is no running worker '{missing}' that this user may see.");
            silent = [];
        }

        if (parsed.GetValue(Json))
        {
            foreach (RunningWorker worker in workers)
            {
                JsonLines.Write(StatusJson.ToJson(worker));
            }
        }
        else if (workers.Count > 0 || silent.Count == 0)
        {
            // one write, so that a watched table does not flicker
            Console.Write((clear ? "\u001b[H\u001b[J" : "") + string.Join(Environment.NewLine, StatusText.Lines(workers)) + Environment.NewLine);
        }

        foreach (ControlException e in silent)
        {
            Console.Error.WriteLine($"dcp-worker: {Printable.Line(e.Message)}");
        }

        return silent.Count > 0 ? ExitCode.Unreachable : ExitCode.Done;
    }
}
