using System.CommandLine;
using DcpWorker.Cli.Commands;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Cli.Control;

/// <summary><c>dcp-worker pause</c> and <c>dcp-worker resume</c>.</summary>
internal static class PauseCommand
{
    private static readonly Argument<string[]> Id = ControlTarget.Argument();
    private static readonly Option<bool> All = ControlTarget.AllOption();
    private static readonly Option<PauseMode> Mode = new("--mode")
    {
        Description = "What becomes of the slices in sandboxes: finish (default), suspend (their processes are stopped until it is resumed) or stop (given back at once).",
        HelpName = "finish|suspend|stop",
    };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; shown with the worker's status.", HelpName = "TEXT" };
    private static readonly Option<bool> Json = CommonOptions.Json("A JSON line for each worker on stdout.");

    public static Command Create() =>
        new Command("pause", "Has a running worker take no more work until it is resumed. Slices that wait go back to the scheduler.") { Id, All, Mode, Reason, Json }.Runs(PauseAsync);

    public static Command CreateResume() => new Command("resume", "Has a paused worker go on.") { Id, All, Json }.Runs(ResumeAsync);

    private static async Task<int> PauseAsync(ParseResult parsed)
    {
        using StopSignals signals = new(Console.Error.WriteLine);
        PauseMode mode = parsed.GetValue(Mode);
        string reason = parsed.GetValue(Reason) is { Length: > 0 } given ? given : "dcp-worker pause";
        return await ControlTarget.ForEachAsync(
            await ControlTarget.FindAsync(parsed.GetValue(Id) ?? [], parsed.GetValue(All), signals.Soft),
            async w => await RunningWorkers.PauseAsync(w, mode, reason, signals.Soft),
            parsed.GetValue(Json));
    }

    private static async Task<int> ResumeAsync(ParseResult parsed)
    {
        using StopSignals signals = new(Console.Error.WriteLine);
        return await ControlTarget.ForEachAsync(
            await ControlTarget.FindAsync(parsed.GetValue(Id) ?? [], parsed.GetValue(All), signals.Soft),
            async w => await RunningWorkers.ResumeAsync(w, signals.Soft),
            parsed.GetValue(Json));
    }
}
