using System.Globalization;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Cli.Control;

/// <summary>Running workers as a table for people, no wider than 100 columns.</summary>
internal static class StatusText
{
    private const int IdWidth = 8;
    private const int DetailWidth = 96;

    private static readonly string Head = Row("worker", "process", "user", "state", "uptime", "busy", "done", "failed", "DCC", "CPU", "memory");

    /// <summary>The lines for all of them.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<RunningWorker> workers)
    {
        if (workers.Count == 0)
        {
            yield return "No worker is running that this user may see.";
            yield break;
        }

        yield return Head;
        foreach (RunningWorker w in workers)
        {
            yield return Row(
                w.Id[..Math.Min(IdWidth, w.Id.Length)],
                w.ProcessId.ToString(CultureInfo.InvariantCulture),
                Cut(w.User, 8),
                w.State.ToString().ToLowerInvariant(),
                Uptime(w.Uptime),
                string.Create(CultureInfo.InvariantCulture, $"{w.SlicesWorking}/{w.Capacity}"),
                w.SlicesDone.ToString(CultureInfo.InvariantCulture),
                w.SlicesFailed.ToString(CultureInfo.InvariantCulture),
                w.Earned.ToString("0.000#", CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{w.CpuPercent:0} %"),
                string.Create(CultureInfo.InvariantCulture, $"{(w.Memory + (w.EvaluatorMemory ?? 0)) / 1048576.0:0} MiB"));
            if (w.State == WorkerState.Paused)
            {
                yield return Detail(State(w));
            }

            foreach (RunningSandbox sandbox in w.Sandboxes)
            {
                yield return Detail($"sandbox {sandbox.Id,3}  {sandbox}");
            }

            if (w.LastError is { } error)
            {
                yield return Detail($"{w.LastErrorTime?.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}  {error}");
            }
        }
    }

    /// <summary>How it is, in words.</summary>
    public static string State(RunningWorker w) => w.State == WorkerState.Paused
        ? $"paused ({w.PauseMode?.ToString().ToLowerInvariant()}): {w.PauseReason}"
        : w.State.ToString().ToLowerInvariant();

    private static string Uptime(TimeSpan t) => t.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)t.TotalDays}d{t.Hours:00}:{t.Minutes:00}")
        : t.ToString("h\\:mm\\:ss", CultureInfo.InvariantCulture);

    private static string Row(string id, string pid, string user, string state, string uptime, string busy, string done, string failed, string earned, string cpu, string memory) =>
        $"{id,-8} {pid,7} {user,-8} {state,-8} {uptime,8} {busy,6} {done,8} {failed,6} {earned,12} {cpu,7} {memory,9}";

    private static string Detail(string text) => "  " + Printable.Line(text, DetailWidth);

    private static string Cut(string text, int length) => Printable.Line(text.Length <= length ? text : text[..(length - 1)] + "…");
}
