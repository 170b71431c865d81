using System.CommandLine;
using DcpWorker.Engine.Control;

namespace DcpWorker.Cli.Control;

/// <summary>Which of the running workers a command is for.</summary>
internal static class ControlTarget
{
    public static Argument<string[]> Argument() => new("ID")
    {
        Description = "The worker's id or the beginning of it, or the number of its process. Not needed when only one is running.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Option<bool> AllOption() => new("--all") { Description = "Every worker that this user may control." };

    /// <summary>The workers that are meant; at least one.</summary>
    /// <exception cref="ControlException">There is none, or it is not clear which.</exception>
    public static async Task<IReadOnlyList<RunningWorker>> FindAsync(string[] ids, bool all, CancellationToken ct)
    {
        if (ids.Length > 0)
        {
            return await Task.WhenAll(ids.Distinct().Select(id => RunningWorkers.FindAsync(id, ct)));
        }

        (IReadOnlyList<RunningWorker> workers, IReadOnlyList<ControlException> silent) = await RunningWorkers.FindAsync(ct);
        return workers switch
        {
            [] when silent.Count > 0 => throw silent[0],
            [] => throw new ControlException(ControlException.NotFound, "No worker is running that this user may control."),
            [_, _, ..] when !all => throw new ControlException(
                ControlException.Ambiguous, $"{workers.Count} workers are running. Name one, or say --all: {string.Join(", ", workers.Select(w => $"{w.Id} (process {w.ProcessId})"))}."),
            _ => workers,
        };
    }

    /// <summary>Does something to each of them and says how each is then.</summary>
    public static async Task<int> ForEachAsync(IReadOnlyList<RunningWorker> workers, Func<RunningWorker, Task<RunningWorker?>> act, bool json)
    {
        foreach (RunningWorker worker in workers)
        {
            RunningWorker now = await act(worker) ?? worker with { State = Engine.Supervision.WorkerState.Stopped };
            if (json)
            {
                Output.JsonLines.Write(StatusJson.ToJson(now));
            }
            else
            {
                Console.WriteLine(Printable.Line($"{now.Id} (process {now.ProcessId}): {StatusText.State(now)}"));
            }
        }

        return ExitCode.Done;
    }
}
