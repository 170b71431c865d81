using System.Text.RegularExpressions;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Logging;

/// <summary>docs/logging.md: its commands work as they are written, one after the other.</summary>
public sealed partial class GuideTests : IDisposable
{
    // between the blocks a reader takes a look
    private const string Look = "for i in $(seq 600); do [ ! -s worker.log ] || break; sleep 0.1; done\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_commands_of_the_guide_do_what_it_says()
    {
        string[] blocks = [.. CommandBlock().Matches(Guide()).Select(m => m.Groups[1].Value)];
        Assert.Equal(4, blocks.Length);
        Tool tool = new(_folder) { Variables = { ["DCP_SCHEDULER_LOCATION"] = "http://127.0.0.1:1/" } };

        Finished run = await tool.RunScriptAsync(string.Concat(blocks.Select(b => b + Look)) + "wait $worker\n");

        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Contains(LogFile.Lines(Path.Combine(_folder.Path, "worker.log.old")), l => l.Contains("workerStateChanged: Starting", StringComparison.Ordinal));
        Assert.Contains("SIGHUP", LogFile.Lines(Path.Combine(_folder.Path, "worker.log"))[0], StringComparison.Ordinal);
        Assert.Contains("{program}.log", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"maxAge\": \"7d\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_guide_names_every_setting_and_its_default()
    {
        string guide = Guide();
        Assert.All(
            (string[])["level", "path", "format", "maxSize", "maxAge", "keep", "address", "facility", "caFile"],
            name => Assert.Matches($@"\| [^|]*\| `{name}` \|", guide));
        Engine.Logging.FileSinkOptions file = new() { Path = "/x" };
        Assert.Equal((10_000_000, 7), (file.MaxSize, file.Keep));
        Assert.Equal("unix:/dev/log", new Engine.Logging.SyslogSinkOptions().Address.ToString());
    }

    private static string Guide() => File.ReadAllText(Path.Combine(Built.Root, "docs", "logging.md"));

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CommandBlock();
}
