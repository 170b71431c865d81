using System.Reflection;
using System.Text.RegularExpressions;

namespace DcpWorker.Cmdlets.Tests.Help;

/// <summary>Pages, cmdlets and the help that the module carries agree. <c>./build.sh help-files</c> puts most of it right.</summary>
public sealed partial class HelpTests
{
    public static TheoryData<Type> Cmdlets => [.. Module.CmdletTypes];

    public static TheoryData<string> Topics => [.. PageNames().Where(n => n.StartsWith("about_", StringComparison.Ordinal))];

    [Fact]
    public void There_is_a_page_for_every_cmdlet_and_no_other() => Assert.Equal(
        Module.CmdletTypes.Select(Module.Name).Order(StringComparer.Ordinal),
        PageNames().Where(n => !n.StartsWith("about_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("about_DcpWorker")]
    [InlineData("about_DcpConfiguration")]
    [InlineData("about_DcpSecurity")]
    [InlineData("about_DcpFleet")]
    public void There_is_a_page_about(string topic) => Assert.Contains(topic, PageNames());

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_page_has_nothing_left_to_fill_in(Type cmdlet)
    {
        HelpPage page = Page(cmdlet);
        Assert.DoesNotContain("{{", page.Text, StringComparison.Ordinal);
        Assert.NotEmpty(page.Section("SYNOPSIS"));
        Assert.NotEmpty(page.Section("DESCRIPTION"));
        Assert.All(page.Parameters(), p => Assert.False(string.IsNullOrEmpty(p.Text), $"-{p.Name} has no text"));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_page_says_the_syntax_that_the_cmdlet_has(Type cmdlet)
    {
        string? defaultSet = CmdletSyntax.DefaultSet(cmdlet);
        Dictionary<string, string> expected = CmdletSyntax.Of(cmdlet).ToDictionary(s => s.Key == defaultSet ? s.Key + " (Default)" : s.Key, s => s.Value);
        Dictionary<string, string> written = Page(cmdlet).Parts("SYNTAX").ToDictionary(p => p.Title, p => HelpPage.Words(p.Text));
        Assert.Equal(expected.OrderBy(s => s.Key, StringComparer.Ordinal), written.OrderBy(s => s.Key, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_page_describes_every_parameter_and_no_other(Type cmdlet)
    {
        Dictionary<string, CmdletParameter> parameters = CmdletParameter.Of(cmdlet).ToDictionary(p => p.Name);
        IReadOnlyList<(string Name, string Text, string Table)> written = Page(cmdlet).Parameters();
        Assert.Equal(parameters.Keys.Order(StringComparer.Ordinal), written.Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.All(written, p => Assert.Equal(Table(parameters[p.Name]), Facts(p.Table)));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_page_has_two_examples_that_use_the_cmdlet(Type cmdlet)
    {
        IReadOnlyList<(string Title, string Text)> examples = Page(cmdlet).Parts("EXAMPLES");
        Assert.True(examples.Count >= 2, $"{examples.Count} examples");
        Assert.All(examples, e => Assert.Contains(HelpPage.Code(e.Text), c => c.Contains(Module.Name(cmdlet), StringComparison.Ordinal)));
        Assert.All(examples, e => Assert.Matches(@"^Example \d+: \S", e.Title));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void An_example_that_is_not_run_says_why(Type cmdlet) => Assert.All(
        FencePattern().Matches(Page(cmdlet).Text),
        f => Assert.Matches("^( until=Ctrl-C| not-run=\"[^\"]{10,}\")?$", f.Groups[1].Value));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_page_names_what_the_cmdlet_takes_and_writes(Type cmdlet)
    {
        string[] written = [.. cmdlet.GetCustomAttributesData()
            .Where(a => a.AttributeType.Name == "OutputTypeAttribute")
            .SelectMany(a => (IEnumerable<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)
            .Select(a => ((Type)a.Value!).FullName!).DefaultIfEmpty("None")];
        Assert.Equal(written.Order(StringComparer.Ordinal), Page(cmdlet).Parts("OUTPUTS").Select(p => p.Title).Order(StringComparer.Ordinal));
        string[] taken = [.. CmdletParameter.Of(cmdlet).Where(p => p.Uses.Any(u => u.FromPipeline || u.ByPropertyName)).Select(p => p.Type.FullName!)
            .Distinct()];
        Assert.Equal(taken.Order(StringComparer.Ordinal), Page(cmdlet).Parts("INPUTS").Select(p => p.Title).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Links_lead_to_pages(Type cmdlet) => Assert.All(
        LinkPattern().Matches(Page(cmdlet).Section("RELATED LINKS")),
        l => Assert.True(File.Exists(Path.Combine(HelpPage.Folder, l.Groups[1].Value)), $"{l.Groups[1].Value} is not there"));

    [Fact]
    public void The_built_help_is_of_these_cmdlets() =>
        Assert.Equal(Module.CmdletTypes.Select(Module.Name).Order(StringComparer.Ordinal), BuiltHelp.All.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_built_help_says_what_the_page_says(Type cmdlet)
    {
        HelpPage page = Page(cmdlet);
        BuiltHelp built = BuiltHelp.All[page.Name];
        Assert.Equal(HelpPage.Words(page.Section("SYNOPSIS")), built.Synopsis);
        Assert.Equal(HelpPage.Words(page.Section("DESCRIPTION")), built.Description);
        Assert.Equal(page.Parameters().Select(p => (p.Name, HelpPage.Words(p.Text))), built.Parameters);
        Assert.Equal(Types(page, "INPUTS").DefaultIfEmpty(("None", "")), built.Inputs);
        Assert.Equal(Types(page, "OUTPUTS"), built.Outputs);
        Assert.Equal(LinkTextPattern().Matches(page.Section("RELATED LINKS")).Select(m => m.Groups[1].Value), built.Links);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_built_help_has_the_examples_of_the_page(Type cmdlet)
    {
        HelpPage page = Page(cmdlet);
        Assert.Equal(
            page.Parts("EXAMPLES").Select(e => (e.Title, string.Join("\n\n", HelpPage.Code(e.Text)), HelpPage.Words(CodeBlockPattern().Replace(e.Text, "")))),
            BuiltHelp.All[page.Name].Examples);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_built_help_has_the_syntax_of_the_page(Type cmdlet)
    {
        HelpPage page = Page(cmdlet);
        Assert.Equal(
            page.Parts("SYNTAX").Select(s => string.Join(' ', ParameterNamePattern().Matches(s.Text).Select(m => m.Groups[1].Value))).Order(StringComparer.Ordinal),
            BuiltHelp.All[page.Name].Syntax.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void The_built_topic_says_what_the_page_says(string topic)
    {
        string[] lines = File.ReadAllLines(Module.FilePath($"en-US/{topic}.help.txt"));
        HelpPage page = HelpPage.Load(topic);
        Assert.Equal(Bare(page.Text), Bare(string.Join('\n', lines.Skip(1))));
        Assert.All(lines, l => Assert.True(l.Length <= 80 || HelpPage.Code(page.Text).Any(c => c.Contains(l.Trim(), StringComparison.Ordinal)), l));
        // Where PowerShell looks for the synopsis.
        Assert.Equal(page.Section("Short description"), lines[4].Trim());
    }

    [Fact]
    public void Every_built_topic_has_a_page() => Assert.Equal(
        Directory.GetFiles(Module.FilePath("en-US"), "about_*.help.txt").Select(f => Path.GetFileName(f).Replace(".help.txt", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        PageNames().Where(n => n.StartsWith("about_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private static HelpPage Page(Type cmdlet) => HelpPage.Load(Module.Name(cmdlet));

    private static IEnumerable<string> PageNames() => Directory.GetFiles(HelpPage.Folder, "*.md").Select(f => Path.GetFileNameWithoutExtension(f)!);

    private static IEnumerable<(string, string)> Types(HelpPage page, string section) => page.Parts(section).Select(p => (p.Title, HelpPage.Words(p.Text)));

    // Letters and digits in their order: headings are in capitals in one of them, and lines break elsewhere.
    private static string Bare(string text) => new([.. HelpPage.Words(LinkTargetPattern().Replace(FencePattern().Replace(text, ""), "")).Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    // What a table says of a parameter, in the order of platyPS.
    private static string Table(CmdletParameter parameter) => string.Join('\n',
    [
        $"Type: {parameter.Type.FullName}",
        .. parameter.Aliases.Order(StringComparer.Ordinal).Select(a => $"- {a}"),
        .. parameter.Uses.OrderBy(u => u.Set, StringComparer.Ordinal).SelectMany(u => (string[])
        [
            $"- Name: {(u.Set == CmdletParameter.AllSets ? "(All)" : u.Set)}",
            $"Position: {u.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "Named"}",
            $"IsRequired: {(u.IsMandatory ? "true" : "false")}",
            $"ValueFromPipeline: {(u.FromPipeline ? "true" : "false")}",
            $"ValueFromPipelineByPropertyName: {(u.ByPropertyName ? "true" : "false")}",
        ]),
    ]);

    private static string Facts(string table)
    {
        string[] lines = [.. table.Split('\n').Select(l => l.Trim())];
        string[] aliases = [.. lines.Where(l => l.StartsWith("- ", StringComparison.Ordinal) && !l.StartsWith("- Name: ", StringComparison.Ordinal)).TakeWhile(l => l.Length > 0)];
        int values = Array.FindIndex(lines, l => l.StartsWith("AcceptedValues:", StringComparison.Ordinal));
        string[] known = [.. lines.Take(values)];
        IEnumerable<string[]> sets = string.Join('\n', known).Split("\n- Name: ").Skip(1).Select(s => $"- Name: {s}".Split('\n')).OrderBy(s => s[0], StringComparer.Ordinal);
        return string.Join('\n',
        [
            lines[0],
            .. aliases.Where(known.Contains).Order(StringComparer.Ordinal),
            .. sets.SelectMany(s => s.Where(l => l.StartsWith("- Name: ", StringComparison.Ordinal) || l.StartsWith("Position: ", StringComparison.Ordinal)
                || l.StartsWith("IsRequired: ", StringComparison.Ordinal) || l.StartsWith("ValueFromPipeline", StringComparison.Ordinal))),
        ]);
    }

    [GeneratedRegex("(?m)^```powershell([^\n]*)$")]
    private static partial Regex FencePattern();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"\]\([^)]+\)")]
    private static partial Regex LinkTargetPattern();

    [GeneratedRegex(@"\[([^\]]+)\]\(")]
    private static partial Regex LinkTextPattern();

    [GeneratedRegex("(?ms)^```powershell.*?^```$")]
    private static partial Regex CodeBlockPattern();

    [GeneratedRegex(@"(?<=[\s\[])-(\w+)")]
    private static partial Regex ParameterNamePattern();
}
