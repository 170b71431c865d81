using System.Reflection;

namespace DcpWorker.Cmdlets.Tests.Help;

/// <summary>A parameter as PowerShell sees it.</summary>
internal sealed record CmdletParameter(string Name, Type Type, IReadOnlyList<string> Aliases, IReadOnlyList<ParameterUse> Uses)
{
    /// <summary>Name of the set of parameters that are in all sets.</summary>
    public const string AllSets = "__AllParameterSets";

    private const int NotPositional = int.MinValue;

    public bool IsSwitch => Type.Name == "SwitchParameter";

    /// <summary>The parameters of a cmdlet in the order in which PowerShell has them.</summary>
    public static IReadOnlyList<CmdletParameter> Of(Type cmdlet)
    {
        List<CmdletParameter> parameters = [.. Module.Parameters(cmdlet).Select(Read)];
        bool asks = Module.Attribute(cmdlet, "CmdletAttribute")!.NamedArguments.Any(a => a.MemberName == "SupportsShouldProcess" && a.TypedValue.Value is true);
        if (asks)
        {
            Type switchType = typeof(System.Management.Automation.SwitchParameter);
            ParameterUse use = new(AllSets, null, false, false, false);
            parameters.Add(new("WhatIf", switchType, ["wi"], [use]));
            parameters.Add(new("Confirm", switchType, ["cf"], [use]));
        }

        return parameters;
    }

    public ParameterUse? In(string set) => Uses.FirstOrDefault(u => u.Set == set || u.Set == AllSets);

    private static CmdletParameter Read(PropertyInfo property)
    {
        IEnumerable<CustomAttributeData> attributes = property.GetCustomAttributesData();
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return new CmdletParameter(
            property.Name,
            type,
            [.. attributes.Where(a => a.AttributeType.Name == "AliasAttribute")
                .SelectMany(a => (IEnumerable<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!).Select(a => (string)a.Value!)],
            [.. attributes.Where(a => a.AttributeType.Name == "ParameterAttribute").Select(ReadUse)]);
    }

    private static ParameterUse ReadUse(CustomAttributeData attribute)
    {
        T Value<T>(string name, T otherwise) =>
            attribute.NamedArguments.Where(a => a.MemberName == name).Select(a => (T)a.TypedValue.Value!).FirstOrDefault(otherwise);
        int position = Value("Position", NotPositional);
        return new ParameterUse(
            Value("ParameterSetName", AllSets),
            position == NotPositional ? null : position,
            Value("Mandatory", false),
            Value("ValueFromPipeline", false),
            Value("ValueFromPipelineByPropertyName", false));
    }
}
