using System.Reflection;
using DcpWorker.Cmdlets.Tests.Help;

namespace DcpWorker.Cmdlets.Tests;

/// <summary>Habits of the shell that people rely on without looking them up.</summary>
public sealed class ConventionTests
{
    // Kinds of parameters whose values can be looked up, and so are completed.
    private static readonly HashSet<string> Completed = ["Id", "Key", "ComputeGroup"];

    public static TheoryData<Type> Cmdlets => [.. Module.CmdletTypes];

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_path_with_wildcards_has_a_literal_twin(Type cmdlet)
    {
        IReadOnlyList<CmdletParameter> parameters = CmdletParameter.Of(cmdlet);
        if (parameters.FirstOrDefault(p => p.Name == "LiteralPath") is not { } literal)
        {
            // A parameter called Path that takes several is one that takes wildcards.
            Assert.DoesNotContain(parameters, p => p.Name == "Path" && p.Type.IsArray);
            return;
        }

        CmdletParameter path = parameters.First(p => p.Name == "Path");
        Assert.Equal(path.Type, literal.Type);
        Assert.Contains("PSPath", literal.Aliases);
        // Where the pipeline brings data, an item that happens to be a file must not be taken for this parameter.
        bool takesFiles = path.Uses.Any(u => u.FromPipeline);
        Assert.All(literal.Uses, u => Assert.Equal(takesFiles, u.ByPropertyName));
        Assert.Empty(path.Uses.Select(u => u.Set).Intersect(literal.Uses.Select(u => u.Set)));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void One_that_makes_or_changes_an_object_can_pass_it_on(Type cmdlet)
    {
        if (Module.Name(cmdlet).Split('-')[0] is "New" or "Set" or "Add" or "Stop" or "Suspend" or "Resume")
        {
            Assert.Contains(CmdletParameter.Of(cmdlet), p => p.Name == "PassThru" && p.IsSwitch);
        }
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_test_answers_yes_or_no_and_in_detail_when_asked(Type cmdlet)
    {
        if (Module.Name(cmdlet).StartsWith("Test-", StringComparison.Ordinal))
        {
            Assert.Contains(CmdletParameter.Of(cmdlet), p => p.Name == "Detailed" && p.IsSwitch);
            Assert.Contains(
                cmdlet.GetCustomAttributesData().Where(a => a.AttributeType.Name == "OutputTypeAttribute")
                    .SelectMany(a => (IEnumerable<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!),
                t => (Type)t.Value! == typeof(bool));
        }
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Times_are_spans_that_take_seconds(Type cmdlet) => Assert.All(
        Module.Parameters(cmdlet).Where(p => (Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType) == typeof(TimeSpan)),
        p => Assert.NotNull(Module.Attribute(p, "SecondsAttribute")));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void What_can_be_looked_up_is_completed(Type cmdlet) => Assert.All(
        Module.Parameters(cmdlet).Where(p => Completed.Contains(p.Name)),
        p => Assert.NotNull(Module.Attribute(p, "ArgumentCompleterAttribute")));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_text_must_not_be_empty(Type cmdlet) => Assert.All(
        Module.Parameters(cmdlet).Where(p => p.PropertyType == typeof(string)),
        p => Assert.True(
            p.GetCustomAttributesData().Any(a => a.AttributeType.Name.StartsWith("Validate", StringComparison.Ordinal)),
            $"-{p.Name} takes an empty text"));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void No_parameter_takes_the_place_of_a_common_one(Type cmdlet) => Assert.All(
        CmdletParameter.Of(cmdlet).Where(p => p.Name is not ("WhatIf" or "Confirm")),
        p => Assert.DoesNotContain(p.Name, (string[])["Verbose", "Debug", "ErrorAction", "WarningAction", "OutVariable", "WhatIf", "Confirm", "ProgressAction"]));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Positions_begin_at_zero_without_a_gap(Type cmdlet) => Assert.All(
        CmdletSyntax.Of(cmdlet).Keys,
        set =>
        {
            int[] positions = [.. CmdletParameter.Of(cmdlet).Select(p => p.In(set)?.Position).OfType<int>().Order()];
            Assert.Equal(Enumerable.Range(0, positions.Length), positions);
        });
}
