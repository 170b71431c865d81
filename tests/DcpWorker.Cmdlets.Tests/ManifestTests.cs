using System.Xml.Linq;

namespace DcpWorker.Cmdlets.Tests;

public sealed class ManifestTests
{
    [Fact]
    public void Every_cmdlet_is_listed_and_no_other() =>
        Assert.Equal(Module.CmdletTypes.Select(Module.Name).Order(StringComparer.Ordinal), Module.ManifestList("CmdletsToExport").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("FunctionsToExport")]
    [InlineData("AliasesToExport")]
    [InlineData("VariablesToExport")]
    public void Nothing_else_is_exported(string key) => Assert.Empty(Module.ManifestList(key));

    [Fact]
    public void No_export_is_a_wildcard() => Assert.DoesNotContain("*", Module.Manifest, StringComparison.Ordinal);

    [Theory]
    [InlineData("RootModule", "DcpWorker.psm1")]
    [InlineData("PowerShellVersion", "7.6")]
    [InlineData("LicenseUri", "https://spdx.org/licenses/MIT.html")]
    [InlineData("ProjectUri", "https://[a-z./]+")]
    public void It_says(string key, string value) => Assert.Matches($@"(?m)^\s*{key}\s*=\s*'{value}'", Module.Manifest);

    [Fact]
    public void Every_file_that_it_names_is_there() =>
        Assert.All([.. Module.ManifestList("FormatsToProcess"), "DcpWorker.psm1"], f => Assert.True(File.Exists(Module.FilePath(f)), f));

    [Fact]
    public void Every_view_is_for_a_type_that_crosses_the_pipeline()
    {
        string[] types = [.. XDocument.Load(Module.FilePath("DcpWorker.Format.ps1xml")).Descendants("TypeName").Select(e => e.Value)];
        HashSet<string?> known = [.. PipelineTypes.All.Select(t => t.FullName)];
        Assert.NotEmpty(types);
        Assert.All(types, t => Assert.Contains(t.Replace("Deserialized.", "", StringComparison.Ordinal), known));
    }

    [Fact]
    public void Every_view_holds_for_objects_that_came_from_another_computer()
    {
        HashSet<string> types = [.. XDocument.Load(Module.FilePath("DcpWorker.Format.ps1xml")).Descendants("TypeName").Select(e => e.Value)];
        Assert.All(types.Where(t => !t.StartsWith("Deserialized.", StringComparison.Ordinal)), t => Assert.Contains("Deserialized." + t, types));
    }
}
