namespace DcpWorker.Engine.Tests.Support;

/// <summary>What <c>./build.sh</c> has left in artifacts/, which the tests run for real.</summary>
internal static class Built
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a program in artifacts/bin.</summary>
    public static string Program(string name) => Existing(Path.Combine(Root, "artifacts", "bin", name));

    /// <summary>The list of sandbox set-up files.</summary>
    public static string SandboxManifest => Existing(Path.Combine(Root, "artifacts", "libexec", "sandbox", "sandbox.json"));

    private static string Existing(string path) =>
        File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built yet: run ./build.sh first.");

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "DcpWorker.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException($"No DcpWorker.sln above {AppContext.BaseDirectory}.");
    }
}
