using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Supervision.PauseRules;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Operations;

/// <summary>docs/operations.md: its commands work as they are written, and what it names exists.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class OperationsGuideTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly string Guide = File.ReadAllText(Path.Combine(Built.Root, "docs", "operations.md"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_commands_of_the_guide_work_and_have_their_effect()
    {
        string[] blocks = [.. CommandBlock().Matches(Guide).Select(m => m.Groups[1].Value)];
        string[] looks = [.. TableCommand().Matches(Guide).Where(m => !m.Groups[2].Value.StartsWith(" (not run: ", StringComparison.Ordinal)).Select(m => m.Groups[1].Value + "\n")];
        Assert.True(blocks.Length >= 8 && looks.Length >= 12, $"the guide has lost its commands: {blocks.Length}, {looks.Length}");
        Tool tool = new(_folder) { Variables = { ["DCP_CONTROL_DIR"] = Path.Combine(_folder.Path, "c") } };
        using Process worker = await StartWorkerAsync(tool);

        Finished run = await tool.RunScriptAsync(string.Concat([.. blocks, .. looks]));

        worker.Kill();
        await worker.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Equal(2, run.Lines.Count(l => l.Contains($"(process {worker.Id}): ", StringComparison.Ordinal)));
        Assert.DoesNotContain("FAILED", run.Output, StringComparison.Ordinal);
        string site = File.ReadAllText(Path.Combine(_folder.Path, "dcp-site-config.js"));
        Assert.All((string[])["localUsers", "allowFrom", "maxMemory", "pauseWhen", "pauseMode"], key => Assert.Contains(key, site, StringComparison.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.Path, "backup", "default.keystore")));
    }

    [Fact]
    public void What_is_not_run_says_why()
    {
        Assert.All(Fence().Matches(Guide).Select(m => m.Groups[1].Value), info => Assert.Matches("^(sh|ini|sh not run: .{5,})$", info));
        Assert.All(TableCommand().Matches(Guide).Select(m => m.Groups[2].Value), rest => Assert.Matches(@"^( \(not run: .{5,}\))? \|$", rest));
    }

    [Fact]
    public void Every_setting_that_is_named_exists()
    {
        string[] keys = [.. Setting().Matches(Guide).Select(m => m.Groups[1].Value).Distinct()];
        Assert.Contains("worker.pauseWhen", keys);
        Assert.All(keys, key => Assert.Contains(key, ConfigurationKeys.All.Select(k => k.Path)));
    }

    [Fact]
    public void Every_rule_that_is_shown_is_one()
    {
        string[] rules = [.. Rule().Matches(Guide).Select(m => m.Groups[1].Value)];
        Assert.True(rules.Length >= 6, $"{rules.Length} rules");
        Assert.All(rules, rule => Assert.NotEmpty(PauseRule.Parse(rule).Text));
    }

    private static async Task<Process> StartWorkerAsync(Tool tool)
    {
        Process worker = tool.Start(Built.Program("dcp-worker"), ["start", "--payment-address", "0x0000000000000000000000000000000000000001", "--scheduler", "http://127.0.0.1:1/"]);
        _ = worker.StandardOutput.ReadToEndAsync();
        _ = worker.StandardError.ReadToEndAsync();
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Limit;)
        {
            if ((await tool.RunAsync("status", "--json")).Output.Contains($"\"processId\":{worker.Id},", StringComparison.Ordinal))
            {
                return worker;
            }
        }

        worker.Kill();
        throw new TimeoutException("The worker did not start.");
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CommandBlock();

    [GeneratedRegex("^```(.+)$", RegexOptions.Multiline)]
    private static partial Regex Fence();

    // the last cell of the last table
    [GeneratedRegex(@"\| `((?:dcp-worker|ls|loginctl|systemctl) [^`]*)`(.*)$", RegexOptions.Multiline)]
    private static partial Regex TableCommand();

    [GeneratedRegex(@"\b((?:worker|inetDaemon|evaluator|scheduler)\.[A-Za-z.]*[A-Za-z])")]
    private static partial Regex Setting();

    [GeneratedRegex("`((?:load|battery|user-active|hours)(?: [^`]*)?)`")]
    private static partial Regex Rule();
}
