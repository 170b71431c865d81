using System.Reflection;
using System.Text.RegularExpressions;

namespace DcpWorker.Cmdlets.Tests;

/// <summary>The module as it can be seen without PowerShell: its cmdlets' classes and its files.</summary>
internal static partial class Module
{
    public static IReadOnlyList<Type> CmdletTypes { get; } =
        [.. typeof(AsyncCmdlet).Assembly.GetTypes().Where(t => Attribute(t, "CmdletAttribute") is not null)];

    public static string Manifest => File.ReadAllText(FilePath("DcpWorker.psd1"));

    public static string FilePath(string name) => Path.Combine(AppContext.BaseDirectory, "module", name);

    public static string Name(Type cmdlet)
    {
        IList<CustomAttributeTypedArgument> arguments = Attribute(cmdlet, "CmdletAttribute")!.ConstructorArguments;
        return $"{arguments[0].Value}-{arguments[1].Value}";
    }

    /// <summary>As data: the attributes of the reference assemblies cannot be made.</summary>
    public static CustomAttributeData? Attribute(MemberInfo member, string name) =>
        member.GetCustomAttributesData().FirstOrDefault(a => a.AttributeType.Name == name);

    public static IEnumerable<PropertyInfo> Parameters(Type cmdlet) =>
        cmdlet.GetProperties().Where(p => Attribute(p, "ParameterAttribute") is not null);

    public static IReadOnlyList<string> ManifestList(string key)
    {
        Match list = Regex.Match(Manifest, key + @"\s*=\s*@\(([^)]*)\)");
        return [.. QuotedText().Matches(list.Groups[1].Value).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex QuotedText();
}
