using System.Reflection;

namespace DcpWorker.Cmdlets.Tests;

public sealed class CmdletContractTests
{
    // The verbs of Get-Verb that this module has a use for.
    private static readonly HashSet<string> ApprovedVerbs =
    [
        "Add", "Clear", "Export", "Get", "Import", "Install", "Invoke", "New", "Receive", "Register", "Remove", "Restart", "Resume",
        "Set", "Start", "Stop", "Suspend", "Test", "Uninstall", "Unregister", "Update", "Wait",
    ];

    private static readonly HashSet<string> VerbsThatChangeNothing = ["Get", "Receive", "Test", "Wait"];

    public static TheoryData<Type> Cmdlets => [.. Module.CmdletTypes];

    [Fact]
    public void There_are_cmdlets() => Assert.NotEmpty(Module.CmdletTypes);

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_verb_is_approved(Type cmdlet) => Assert.Contains(Module.Name(cmdlet).Split('-')[0], ApprovedVerbs);

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_noun_has_the_prefix_and_is_singular(Type cmdlet)
    {
        string noun = Module.Name(cmdlet).Split('-')[1];
        Assert.StartsWith("Dcp", noun, StringComparison.Ordinal);
        Assert.False(noun.EndsWith('s'), $"{noun} looks like a plural");
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_class_is_named_after_the_cmdlet_and_sealed(Type cmdlet)
    {
        Assert.Equal(Module.Name(cmdlet).Replace("-", "", StringComparison.Ordinal) + "Command", cmdlet.Name);
        Assert.True(cmdlet.IsSealed);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void It_says_what_it_writes(Type cmdlet) => Assert.NotNull(Module.Attribute(cmdlet, "OutputTypeAttribute"));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void What_it_writes_can_be_named_in_scripts(Type cmdlet)
    {
        IEnumerable<Type> written = cmdlet.GetCustomAttributesData()
            .Where(a => a.AttributeType.Name == "OutputTypeAttribute")
            .SelectMany(a => a.ConstructorArguments)
            .SelectMany(a => a.Value is IReadOnlyCollection<CustomAttributeTypedArgument> many ? many.Select(m => m.Value) : [a.Value])
            .OfType<Type>();
        Assert.All(written.Where(t => t.Assembly.GetName().Name!.StartsWith("DcpWorker", StringComparison.Ordinal)), t => Assert.Contains(t, PipelineTypes.All));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void One_that_changes_something_asks_first(Type cmdlet)
    {
        CustomAttributeData attribute = Module.Attribute(cmdlet, "CmdletAttribute")!;
        bool asks = attribute.NamedArguments.Any(a => a.MemberName == "SupportsShouldProcess" && a.TypedValue.Value is true);
        Assert.Equal(!VerbsThatChangeNothing.Contains(Module.Name(cmdlet).Split('-')[0]), asks);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_default_parameter_set_is_one_that_parameters_use(Type cmdlet)
    {
        string? named = Module.Attribute(cmdlet, "CmdletAttribute")!.NamedArguments
            .Where(a => a.MemberName == "DefaultParameterSetName").Select(a => a.TypedValue.Value as string).FirstOrDefault();
        string?[] used = [.. Module.Parameters(cmdlet).SelectMany(p => p.GetCustomAttributesData())
            .SelectMany(a => a.NamedArguments).Where(a => a.MemberName == "ParameterSetName").Select(a => a.TypedValue.Value as string)];
        Assert.True(named is null ? used.Length == 0 : used.Contains(named), $"{named} is used by no parameter");
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Parameters_are_in_pascal_case_and_can_be_set(Type cmdlet) => Assert.All(
        Module.Parameters(cmdlet),
        p =>
        {
            Assert.Matches("^[A-Z][A-Za-z]*$", p.Name);
            Assert.True(p.SetMethod?.IsPublic);
        });

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Secrets_are_never_plain_strings(Type cmdlet) => Assert.All(
        // The path of a file with a passphrase is none itself.
        Module.Parameters(cmdlet).Where(p => (p.Name.Contains("Pass", StringComparison.Ordinal) && !p.Name.EndsWith("File", StringComparison.Ordinal))
            || p.Name.EndsWith("Secret", StringComparison.Ordinal) || p.Name == "PrivateKey"),
        p => Assert.NotEqual(typeof(string), p.PropertyType));

    [Fact]
    public void The_loader_references_nothing_but_the_runtime() => Assert.All(
        typeof(DcpWorker.Loader.ModuleLoadContext).Assembly.GetReferencedAssemblies(),
        a => Assert.StartsWith("System.", a.Name, StringComparison.Ordinal));
}
