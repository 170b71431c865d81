using System.ComponentModel;
using System.Diagnostics;

namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>
/// The sessions that logind knows, through <c>loginctl</c>, whose <c>list-sessions</c> and <c>show-session</c> are for programs too. A desktop
/// tells logind itself when it is idle; of a terminal logind looks when it was last typed at.
/// </summary>
internal sealed class LoginSessions(string program)
{
    private const int MostSessions = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly string[] Properties = ["Class", "Type", "State", "TTY", "IdleHint"];
    private static readonly string[] Desktops = ["x11", "wayland", "mir"];

    /// <summary>Whether a session of a person is not idle.</summary>
    /// <exception cref="SensorException">There is no logind, or it does not answer in time.</exception>
    public async Task<bool> IsAnyActiveAsync(CancellationToken ct)
    {
        string list = await RunAsync(["list-sessions", "--no-legend", "--no-pager"], ct).ConfigureAwait(false);
        string[] ids = [.. list.Split('\n').Select(l => l.Trim().Split(' ')[0]).Where(id => id.Length > 0 && id.All(char.IsAsciiLetterOrDigit)).Take(MostSessions)];
        if (ids.Length == 0)
        {
            return false;
        }

        string shown = await RunAsync(["show-session", "--no-pager", .. Properties.Select(p => "--property=" + p), "--", .. ids], ct).ConfigureAwait(false);
        return shown.Split("\n\n").Any(IsActive);
    }

    /// <summary>Not a greeter, nor a service's, nor one that has no terminal (a command over ssh): nothing tells whether anybody is there.</summary>
    private static bool IsActive(string session)
    {
        Dictionary<string, string> properties = session.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2)
            .DistinctBy(p => p[0]).ToDictionary(p => p[0], p => p[1].Trim(), StringComparer.Ordinal);
        string Of(string name) => properties.GetValueOrDefault(name, "");
        return Of("IdleHint") == "no" && Of("State") != "closing" && Of("Class").StartsWith("user", StringComparison.Ordinal)
            && (Desktops.Contains(Of("Type")) || Of("TTY").Length > 0);
    }

    private async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        // ended by timeout(1) even when this process is gone
        ProcessStartInfo start = new("timeout", ["--kill-after=1", $"{Patience.TotalSeconds}", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["SYSTEMD_COLORS"] = "0";
        using Process process = Start(start);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience + TimeSpan.FromSeconds(2));
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            string text = await output.ConfigureAwait(false);
            string complaint = (await errors.ConfigureAwait(false)).Split('\n')[0].Trim();
            return process.ExitCode == 0
                ? text
                : throw new SensorException($"logind does not say who uses this machine: {(complaint.Length > 0 ? complaint : $"{program} ended with exit code {process.ExitCode}")}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            throw new SensorException($"logind does not say who uses this machine: {program} did not end");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or PlatformNotSupportedException)
        {
            throw new SensorException($"logind does not say who uses this machine: {e.Message}", e);
        }
    }
}
