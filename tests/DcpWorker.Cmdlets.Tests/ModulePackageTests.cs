using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cmdlets.Tests;

/// <summary>The packages of the module that <c>./build.sh pack</c> makes; the tests' run makes them first.</summary>
public sealed class ModulePackageTests : IDisposable
{
    private static readonly string Packages = Path.Combine(Built.Root, "artifacts", "packages");
    private static readonly string BuiltModule = Path.Combine(Built.Root, "artifacts", "module", "DcpWorker");

    // The one number that everything has.
    private static readonly string Version = XDocument.Load(Path.Combine(Built.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    private readonly string _folder = Directory.CreateTempSubdirectory("dcp-packages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_zip_file_holds_the_module_as_it_was_built()
    {
        ZipFile.ExtractToDirectory(PackageFile("DcpWorker-*.zip"), _folder);
        Assert.Equal(["DcpWorker"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
        AssertSameFiles(BuiltModule, Path.Combine(_folder, "DcpWorker"), except: []);
    }

    [Fact]
    public async Task Nuget_takes_the_package()
    {
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), $"""
            <configuration><packageSources><clear /><add key="here" value="{Packages}" /></packageSources></configuration>
            """);
        File.WriteAllText(Path.Combine(_folder, "taker.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><RestorePackagesPath>taken</RestorePackagesPath></PropertyGroup>
              <ItemGroup><PackageDownload Include="DcpWorker" Version="[{Version}]" /></ItemGroup>
            </Project>
            """);

        ProcessStartInfo start = new("dotnet", ["restore", "taker.csproj", "--configfile", "nuget.config"])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process restore = Process.Start(start)!;
        Task<string> output = restore.StandardOutput.ReadToEndAsync();
        Task<string> errors = restore.StandardError.ReadToEndAsync();
        await restore.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.True(restore.ExitCode == 0, await output + await errors);

        AssertSameFiles(
            BuiltModule,
            Path.Combine(_folder, "taken", "dcpworker", Version),
            except: ["dcpworker.nuspec", $"dcpworker.{Version}.nupkg", $"dcpworker.{Version}.nupkg.sha512", ".nupkg.metadata"]);
    }

    [Fact]
    public void The_manifest_has_the_number_of_the_package() =>
        Assert.Matches($@"(?m)^\s*ModuleVersion\s*=\s*'{Regex.Escape(Version)}'", File.ReadAllText(Path.Combine(BuiltModule, "DcpWorker.psd1")));

    [Theory]
    [InlineData("dcp-worker")]
    [InlineData("dcp-scheduler")]
    [InlineData("dcp-evaluator")]
    public async Task The_programs_have_the_number_of_the_package(string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(Built.Program(program), "--version") { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Matches($@"(?m)(^| ){Regex.Escape(Version)}(\+|\s|$)", output);
    }

    [Theory]
    [InlineData("DcpWorker-*.zip")]
    [InlineData("DcpWorker.*.nupkg")]
    public void The_checksum_beside_it_is_right(string name)
    {
        string file = PackageFile(name);
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}  {Path.GetFileName(file)}\n", File.ReadAllText(file + ".sha256"));
    }

    [Theory]
    [InlineData("DcpWorker-*.zip")]
    [InlineData("DcpWorker.*.nupkg")]
    public void Nothing_in_it_depends_on_when_and_in_which_order_files_were_written(string name)
    {
        using ZipArchive zip = ZipFile.OpenRead(PackageFile(name));
        Assert.Single(zip.Entries.Select(e => e.LastWriteTime).Distinct());
        Assert.Single(zip.Entries.Select(e => e.ExternalAttributes).Distinct());
        Assert.Equal(zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal), zip.Entries.Select(e => e.FullName));
    }

    private static string PackageFile(string name) => Path.Combine(Packages, name.Replace("*", Version, StringComparison.Ordinal));

    private static void AssertSameFiles(string expected, string actual, string[] except)
    {
        Assert.Equal(Names(expected), Names(actual).Except(except));
        Assert.All(Names(expected), n => Assert.Equal(File.ReadAllBytes(Path.Combine(expected, n)), File.ReadAllBytes(Path.Combine(actual, n))));
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal);
}
