using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Services;

/// <summary>The units as they are shipped, judged by systemd's own tools.</summary>
public sealed partial class UnitTests
{
    private static readonly string Units = Path.Combine(Built.Root, "packaging", "systemd");

    // exposure as systemd 252 to 257 computes it, 0 (closed) to 10
    [SystemdTheory]
    [InlineData("dcp-sa-worker.service", 2.0)]
    [InlineData("dcp-inet-daemon.service", 2.0)]
    [InlineData("dcp-evaluator@.service", 1.0)]
    public async Task Units_leave_little_exposed(string unit, double most)
    {
        string output = await RunAsync("systemd-analyze", "security", "--offline=true", "--no-pager", Path.Combine(Units, unit));

        Match overall = Overall().Match(output);
        Assert.True(overall.Success, output);
        double exposure = double.Parse(overall.Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(exposure <= most, $"{unit} has an exposure of {exposure}, more than {most}:\n{output}");
    }

    [SystemdFact]
    public async Task Units_hold_nothing_that_systemd_does_not_know()
    {
        using TemporaryFolder folder = new();
        List<string> copies = [];
        foreach (string unit in Directory.EnumerateFiles(Units))
        {
            // the programs are not installed on the machine that builds them
            string copy = folder.Write(Path.GetFileName(unit), File.ReadAllText(unit).Replace("/opt/dcp/bin/dcp-", "/bin/true #", StringComparison.Ordinal).Replace("User=dcp", "User=daemon", StringComparison.Ordinal));
            copies.Add(copy);
        }

        string output = await RunAsync("systemd-analyze", ["verify", "--man=no", .. copies]);

        Assert.DoesNotContain(output.Split('\n'), line => line.Contains(folder.Path, StringComparison.Ordinal) && line.Contains("dcp-", StringComparison.Ordinal));
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new("sh", ["-c", "exec \"$@\" 2>&1", "sh", program, .. arguments]) { RedirectStandardOutput = true };
        start.Environment["SYSTEMD_COLORS"] = "0";
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return output;
    }

    [GeneratedRegex(@"Overall exposure level for .*: ([0-9.]+) ")]
    private static partial Regex Overall();
}
