using System.Diagnostics;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>What systemd says of the units of an installed worker.</summary>
internal sealed class SystemServiceChecks(HostExaminationOptions options, CheckRunner runner)
{
    private static readonly string[] Units = ["dcp-inet-daemon.service", "dcp-sa-worker.service"];

    public async Task<IReadOnlyList<HostCheck>> RunAsync(CancellationToken cancellationToken) => !Directory.Exists(options.SystemdFolder)
        ? [runner.Skip(HostCheckNames.SystemService, "", "systemd does not run this host.")]
        : await Task.WhenAll(Units.Select(unit => runner.LookAsync(
            HostCheckNames.SystemService, unit, "See whether systemctl works for this user.", options.Timeout, ct => LookAsync(unit, ct), cancellationToken))).ConfigureAwait(false);

    private async Task<Finding> LookAsync(string unit, CancellationToken cancellationToken)
    {
        Dictionary<string, string> state = await ShowAsync(unit, cancellationToken).ConfigureAwait(false);
        string Value(string name) => state.GetValueOrDefault(name, "");
        bool starts = Value("UnitFileState").StartsWith("enabled", StringComparison.Ordinal);
        return (Value("LoadState"), Value("ActiveState")) switch
        {
            ("not-found" or "", _) => Finding.Skipped($"{unit} is not installed."),
            ("masked", _) => Finding.Warning("ServiceMasked", $"{unit} is masked.", $"Type systemctl unmask {unit} when it is to run."),
            (_, "active") when starts => Finding.Passed($"{unit} runs, and starts with this host."),
            (_, "active") => Finding.Warning("ServiceNotEnabled", $"{unit} runs, but does not start with this host.", $"Type systemctl enable {unit}."),
            (_, "failed") => Finding.Failed("ServiceFailed", $"{unit} has failed ({Value("Result")}).", $"Type journalctl -u {unit} to see why, and systemctl restart {unit}."),
            (_, var active) => Finding.Warning("ServiceInactive", $"{unit} is {active}.", $"Type systemctl start {unit}."),
        };
    }

    private async Task<Dictionary<string, string>> ShowAsync(string unit, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(options.Systemctl, ["show", "--property=LoadState,ActiveState,UnitFileState,Result", unit]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0
                ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1])
                : throw new IOException($"systemctl ended with {process.ExitCode}: {(await errors.ConfigureAwait(false)).Trim()}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
