using System.Xml.Linq;

namespace DcpWorker.Cmdlets.Tests.Help;

/// <summary>The help of a cmdlet as it was built from its page, in MAML.</summary>
internal sealed class BuiltHelp(XElement command)
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";
    private static readonly XNamespace Ns = "http://schemas.microsoft.com/maml/dev/command/2004/10";

    public static IReadOnlyDictionary<string, BuiltHelp> All { get; } =
        XDocument.Load(Module.FilePath("en-US/DcpWorker.Cmdlets.dll-Help.xml")).Root!.Elements(Ns + "command")
            .ToDictionary(c => c.Element(Ns + "details")!.Element(Ns + "name")!.Value, c => new BuiltHelp(c));

    public string Synopsis => Text(command.Element(Ns + "details")!.Element(Maml + "description"));

    public string Description => Text(command.Element(Maml + "description"));

    /// <summary>Names of the parameters of each set, in order.</summary>
    public IReadOnlyList<string> Syntax =>
        [.. command.Element(Ns + "syntax")!.Elements().Select(s => string.Join(' ', s.Elements(Ns + "parameter").Select(p => p.Element(Maml + "name")!.Value)))];

    public IReadOnlyList<(string Name, string Text)> Parameters =>
        [.. command.Element(Ns + "parameters")!.Elements().Select(p => (p.Element(Maml + "name")!.Value, Text(p.Element(Maml + "description"))))];

    public IReadOnlyList<(string Title, string Code, string Text)> Examples =>
        [.. command.Element(Ns + "examples")!.Elements().Select(e => (
            e.Element(Maml + "title")!.Value,
            e.Element(Dev + "code")!.Value,
            Text(e.Element(Maml + "introduction"), e.Element(Dev + "remarks"))))];

    public IReadOnlyList<(string Type, string Text)> Inputs => Types("inputTypes");

    public IReadOnlyList<(string Type, string Text)> Outputs => Types("returnValues");

    public IReadOnlyList<string> Links => [.. command.Element(Ns + "relatedLinks")!.Descendants(Maml + "linkText").Select(l => l.Value)];

    private IReadOnlyList<(string Type, string Text)> Types(string element) =>
        [.. command.Element(Ns + element)!.Elements().Select(t => (t.Element(Dev + "type")!.Element(Maml + "name")!.Value, Text(t.Element(Maml + "description"))))];

    private static string Text(params XElement?[] parents) =>
        HelpPage.Words(string.Join("\n\n", parents.SelectMany(p => p?.Elements(Maml + "para") ?? []).Select(p => p.Value)));
}
