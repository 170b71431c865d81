namespace DcpWorker.Cmdlets.Tests.Help;

/// <summary>The syntax of a cmdlet as <c>Get-Command -Syntax</c> says it.</summary>
internal static class CmdletSyntax
{
    // Names that PowerShell has for types of .NET.
    private static readonly Dictionary<Type, string> Accelerators = new()
    {
        [typeof(string)] = "string",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(bool)] = "bool",
        [typeof(Uri)] = "uri",
        [typeof(TimeSpan)] = "timespan",
        [typeof(System.Security.SecureString)] = "securestring",
        [typeof(System.Management.Automation.PSCredential)] = "pscredential",
        [typeof(System.Management.Automation.ScriptBlock)] = "scriptblock",
        [typeof(System.Management.Automation.PSObject)] = "psobject",
    };

    /// <summary>A line for each parameter set, under the name of the set.</summary>
    public static IReadOnlyDictionary<string, string> Of(Type cmdlet)
    {
        IReadOnlyList<CmdletParameter> parameters = CmdletParameter.Of(cmdlet);
        string[] sets = [.. parameters.SelectMany(p => p.Uses).Select(u => u.Set).Where(s => s != CmdletParameter.AllSets).Distinct().DefaultIfEmpty(CmdletParameter.AllSets)];
        return sets.ToDictionary(s => s, s => string.Join(' ', (string[])[Module.Name(cmdlet), .. InOrder(parameters, s).Select(p => Describe(p, p.In(s)!))]));
    }

    /// <summary>The set that is taken when the parameters leave a choice, or null.</summary>
    public static string? DefaultSet(Type cmdlet) => Module.Attribute(cmdlet, "CmdletAttribute")!.NamedArguments
        .Where(a => a.MemberName == "DefaultParameterSetName").Select(a => a.TypedValue.Value as string).FirstOrDefault();

    private static IEnumerable<CmdletParameter> InOrder(IReadOnlyList<CmdletParameter> parameters, string set)
    {
        CmdletParameter[] mine = [.. parameters.Where(p => p.In(set) is not null)];
        return
        [
            .. mine.Where(p => p.In(set)!.Position is not null).OrderBy(p => p.In(set)!.Position),
            .. mine.Where(p => p.In(set) is { Position: null, IsMandatory: true }),
            .. mine.Where(p => p.In(set) is { Position: null, IsMandatory: false }),
        ];
    }

    private static string Describe(CmdletParameter parameter, ParameterUse use)
    {
        string name = use.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        string value = parameter.IsSwitch ? name : $"{name} <{TypeName(parameter.Type)}>";
        return use.IsMandatory ? value : $"[{value}]";
    }

    private static string TypeName(Type type) => type.IsArray ? TypeName(type.GetElementType()!) + "[]" : Accelerators.GetValueOrDefault(type, type.Name);
}
