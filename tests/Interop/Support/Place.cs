namespace Interop.Tests.Support;

/// <summary>Where things are.</summary>
internal static class Place
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>This folder, with the peers and their packages.</summary>
    public static string Interop { get; } = Path.Combine(Root, "tests", "Interop");

    /// <summary>The files of jobs.</summary>
    public static IReadOnlyList<string> JobFiles { get; } = [.. Directory.GetFiles(Path.Combine(Interop, "jobs"), "*.js").Order(StringComparer.Ordinal)];

    /// <summary>The command that starts a program of ours, as built by <c>./build.sh</c>.</summary>
    public static string Program(string name)
    {
        string path = Path.Combine(Root, "artifacts", "bin", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built yet: run ./build.sh first.");
    }

    /// <summary>A script that needs the npm packages.</summary>
    public static string Script(string name) => Directory.Exists(Path.Combine(Interop, "node_modules", "dcp-client"))
        ? Path.Combine(Interop, "peers", name)
        : throw new DirectoryNotFoundException($"The real peers are not installed: run `npm ci` in {Interop}.");

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
