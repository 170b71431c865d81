using System.Text.Json;

namespace DcpEvaluator.Tests.Support;

/// <summary>What build.sh has left in artifacts/, at a place that an unprivileged user can reach.</summary>
internal static class Built
{
    private static readonly Lazy<string> Artifacts = new(FindArtifacts);
    private static readonly Lazy<SandboxManifest> LazySandbox = new(ReadSandbox);

    public static string Evaluator => Path.Combine(Artifacts.Value, "bin", "dcp-evaluator");

    public static SandboxManifest Sandbox => LazySandbox.Value;

    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "DcpWorker.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"no DcpWorker.sln above {AppContext.BaseDirectory}");
    }

    private static string FindArtifacts()
    {
        string artifacts = Path.Combine(Root, "artifacts");
        if (!File.Exists(Path.Combine(artifacts, "bin", "dcp-evaluator")) ||
            !File.Exists(Path.Combine(artifacts, "libexec", "sandbox", "sandbox.json")))
        {
            throw new InvalidOperationException($"no evaluator or no sandbox files in {artifacts}: run ./build.sh first");
        }

        return UnprivilegedUser.CanReach(Path.Combine(artifacts, "bin", "dcp-evaluator")) ? artifacts : CopyOf(artifacts);
    }

    // A repository below root's home, say.
    private static string CopyOf(string artifacts)
    {
        string copy = TemporaryFiles.CreateDirectory();
        Directory.CreateDirectory(Path.Combine(copy, "bin"));
        foreach (string file in Directory.GetFiles(Path.Combine(artifacts, "bin")).Where(IsEvaluators))
        {
            File.Copy(file, Path.Combine(copy, "bin", Path.GetFileName(file)));
        }

        string sandbox = Path.Combine(artifacts, "libexec", "sandbox");
        foreach (string file in Directory.GetFiles(sandbox, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, "libexec", "sandbox", Path.GetRelativePath(sandbox, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    private static bool IsEvaluators(string file) =>
        Path.GetFileName(file) is "dcp-evaluator" || Path.GetFileName(file).StartsWith("lib", StringComparison.Ordinal);

    private static SandboxManifest ReadSandbox()
    {
        string directory = Path.Combine(Artifacts.Value, "libexec", "sandbox");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(directory, "sandbox.json")));
        return SandboxManifest.Read(directory, json.RootElement);
    }
}
