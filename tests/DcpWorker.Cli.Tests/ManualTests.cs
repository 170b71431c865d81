using System.Text.RegularExpressions;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests;

/// <summary>The manual pages of packaging/man name every command, option, exit code and key that there is, and none that there is not.</summary>
public sealed partial class ManualTests : IDisposable
{
    private const string CommonHeading = "OPTIONS OF SEVERAL COMMANDS";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_page_of_dcp_worker_has_the_commands_that_the_program_has()
    {
        List<string> commands = await CommandsAsync([]);

        Assert.Equal(commands.Order(), Sections(Page("dcp-worker.1"), "SS").Select(s => s.Heading).Order());
    }

    [Fact]
    public async Task The_page_of_dcp_worker_has_the_options_that_each_command_has()
    {
        string page = Page("dcp-worker.1");
        SortedSet<string> common = Options(Sections(page, "SH").Single(s => s.Heading == CommonHeading).Body);
        SortedSet<string> used = [];
        foreach ((string heading, string body) in Sections(page, "SS"))
        {
            SortedSet<string> documented = Options(body);
            SortedSet<string> real = HelpOptions(await HelpAsync("dcp-worker", heading.Split(' ')));
            used.UnionWith(real);

            Assert.True(documented.IsSubsetOf(real), $"{heading} has no {string.Join(", ", documented.Except(real))}");
            real.ExceptWith(documented);
            Assert.True(real.IsSubsetOf(common), $"{heading}: the page lacks {string.Join(", ", real.Except(common))}");
        }

        used.UnionWith(HelpOptions(await HelpAsync("dcp-worker", [])));
        Assert.Equal([], common.Except(used));
    }

    [Theory]
    [InlineData("dcp-evaluator")]
    [InlineData("dcp-scheduler")]
    public async Task The_page_of_another_program_has_the_options_that_it_has(string program)
    {
        string options = Sections(Page(program + ".1"), "SH").Single(s => s.Heading == "OPTIONS").Body;

        Assert.Equal(HelpOptions(await HelpAsync(program, [])), Options(options));
    }

    [Fact]
    public async Task The_page_of_dcp_evaluator_has_its_exit_codes()
    {
        string help = await HelpAsync("dcp-evaluator", []);
        string[] codes = [.. HelpExitCode().Matches(help[help.IndexOf("Exit codes:", StringComparison.Ordinal)..]).Select(m => m.Groups[1].Value)];

        Assert.True(codes.Length >= 10);
        Assert.Equal(codes, ExitCodes("dcp-evaluator.1"));
    }

    [Fact]
    public void The_page_of_dcp_worker_has_its_exit_codes()
    {
        string[] codes = [.. typeof(ExitCode).GetFields().Where(f => f.IsLiteral).Select(f => $"{f.GetRawConstantValue()}")];

        Assert.Equal(codes.Order(), ExitCodes("dcp-worker.1").Order());
    }

    [Fact]
    public void The_page_of_the_configuration_has_the_keys_that_are_read()
    {
        string keys = Sections(Page("dcp-config.5"), "SH").Single(s => s.Heading == "KEYS").Body;

        Assert.Equal(ConfigurationKeys.All.Select(k => k.Path), Term().Matches(keys).Select(m => m.Groups[1].Value));
    }

    // dcp-worker COMMAND --help lists the commands below it; those that have none are the ones to run
    private async Task<List<string>> CommandsAsync(string[] path)
    {
        string help = await HelpAsync("dcp-worker", path);
        int start = help.IndexOf("\nCommands:\n", StringComparison.Ordinal);
        if (start < 0)
        {
            return [string.Join(' ', path)];
        }

        List<string> commands = [];
        foreach (Match match in HelpCommand().Matches(help[start..]))
        {
            commands.AddRange(await CommandsAsync([.. path, match.Groups[1].Value]));
        }

        return commands;
    }

    private async Task<string> HelpAsync(string program, string[] command)
    {
        Finished finished = await new Tool(_folder).RunProgramAsync(program, "", [.. command, "--help"]);
        Assert.Equal(0, finished.ExitCode);
        return finished.Output;
    }

    /// <summary>A page without its changes of font and its escaped hyphens.</summary>
    private static string Page(string name) =>
        FontChange().Replace(File.ReadAllText(Path.Combine(Built.Root, "packaging", "man", name)), "").Replace(@"\-", "-", StringComparison.Ordinal);

    private static IEnumerable<(string Heading, string Body)> Sections(string page, string macro)
    {
        // a part of one ends with the whole, too
        string end = macro == "SS" ? @"^\.S[SH] " : @"^\.SH ";
        return Regex.Matches(page, $@"^\.{macro} ""?([^""\n]*)""?\n(.*?)(?={end}|\z)", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(m => (m.Groups[1].Value, m.Groups[2].Value));
    }

    /// <summary>What the terms of a part (.TP) name.</summary>
    private static SortedSet<string> Options(string body) =>
        [.. Term().Matches(body).SelectMany(m => Option().Matches(m.Value)).Select(m => m.Groups[1].Value)];

    private static SortedSet<string> HelpOptions(string help) =>
        [.. HelpOption().Matches(help).SelectMany(m => Option().Matches(m.Groups[1].Value)).Select(m => m.Groups[1].Value)];

    private static IEnumerable<string> ExitCodes(string page) =>
        Term().Matches(Sections(Page(page), "SH").Single(s => s.Heading == "EXIT STATUS").Body).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"\\f[A-Z]")]
    private static partial Regex FontChange();

    [GeneratedRegex(@"^\.TP\n(?:\.B )?(.*)$", RegexOptions.Multiline)]
    private static partial Regex Term();

    [GeneratedRegex(@"(?<![\w-])(--[A-Za-z0-9][\w-]*|-[A-Za-z?](?![\w-]))")]
    private static partial Regex Option();

    // up to the description, which two spaces set apart
    [GeneratedRegex(@"^ {2,10}(-.*?)(?:  |$)", RegexOptions.Multiline)]
    private static partial Regex HelpOption();

    [GeneratedRegex(@"^  ([a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex HelpCommand();

    [GeneratedRegex(@"^ +(\d+)  ", RegexOptions.Multiline)]
    private static partial Regex HelpExitCode();
}
