using System.Text.RegularExpressions;

namespace DcpWorker.Cmdlets.Tests.Help;

/// <summary>A page of docs/help, in the form that platyPS reads and writes.</summary>
internal sealed partial class HelpPage(string name, string text)
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "help");

    public string Name { get; } = name;

    public string Text { get; } = text;

    public static HelpPage Load(string name) => new(name, File.ReadAllText(Path.Combine(Folder, name + ".md")));

    /// <summary>What is below a heading of the second level.</summary>
    public string Section(string heading)
    {
        Match section = Regex.Match(Text, $@"(?ms)^## {Regex.Escape(heading)}\n(.*?)(?=^## |\z)");
        return section.Success ? section.Groups[1].Value.Trim() : throw new InvalidOperationException($"{Name}.md has no section {heading}");
    }

    /// <summary>The parts of a section that have a heading of the third level.</summary>
    public IReadOnlyList<(string Title, string Text)> Parts(string heading) =>
        [.. PartPattern().Matches("\n" + Section(heading)).Select(m => (m.Groups[1].Value, m.Groups[2].Value.Trim()))];

    /// <summary>The parameters, those that every cmdlet has left out.</summary>
    public IReadOnlyList<(string Name, string Text, string Table)> Parameters() =>
        [.. Parts("PARAMETERS").Where(p => p.Title.StartsWith('-')).Select(p =>
        {
            Match table = Regex.Match(p.Text, @"(?s)```yaml\n(.*?)\n```");
            return (p.Title[1..], p.Text[..table.Index].Trim(), table.Groups[1].Value);
        })];

    /// <summary>Blocks of code, with the text before and after each.</summary>
    public static IReadOnlyList<string> Code(string text) => [.. CodePattern().Matches(text).Select(m => m.Groups[1].Value)];

    /// <summary>The words of a text, without the marks of markdown.</summary>
    public static string Words(string text) =>
        Regex.Replace(Regex.Replace(Regex.Replace(text, @"(?m)^```.*$|[`*]", ""), @"\[([^\]]*)\]\([^)]*\)", "$1"), @"\s+", " ").Trim();

    [GeneratedRegex(@"(?s)\n### ([^\n]*)\n(.*?)(?=\n### |\z)")]
    private static partial Regex PartPattern();

    [GeneratedRegex(@"(?ms)^```powershell[^\n]*\n(.*?)\n```$")]
    private static partial Regex CodePattern();
}
