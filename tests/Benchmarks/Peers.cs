using System.Diagnostics;
using System.Text.Json;

namespace DcpWorker.Benchmarks;

/// <summary>The programs that are measured: ours out of artifacts/, theirs out of tests/Interop/node_modules.</summary>
internal static class Peers
{
    private static readonly string[] AsNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];

    public static string Root { get; } = FindRoot();

    public static string Bin(string name) => Existing(Path.Combine(Root, "artifacts", "bin", name));

    public static string Npm(params string[] path) => Existing(Path.Combine([Root, "tests", "Interop", "node_modules", .. path]));

    /// <summary>Our evaluator with its set-up files; without Python it is what the smaller tables of the peers show.</summary>
    public static string[] OurEvaluator(bool withPython)
    {
        string folder = Path.Combine(Root, "artifacts", "libexec", "sandbox");
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Existing(Path.Combine(folder, "sandbox.json"))));
        IEnumerable<string> files = manifest.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetString()!);
        return [Bin("dcp-evaluator"), "--code-cache", Path.Combine(folder, "cache"),
            .. files.Where(f => withPython || !f.StartsWith("pyodide", StringComparison.Ordinal)).Select(f => Path.Combine(folder, f))];
    }

    /// <summary>The network's evaluator for Node.js with the set-up files of its own list.</summary>
    public static string[] TheirEvaluator(bool withPython)
    {
        using JsonDocument lists = JsonDocument.Parse(File.ReadAllText(Npm("dcp-client", "generated", "sandbox-definitions.json")));
        IEnumerable<string> files = lists.RootElement.GetProperty("node").EnumerateArray().Select(f => f.GetString()!);
        return ["node", Npm("dcp-client", "libexec", "evaluator-node.js"),
            .. files.Where(f => withPython || !f.StartsWith("pyodide", StringComparison.Ordinal)).Select(Resolve)];
    }

    public static string[] OurEcho(string script) => [Bin("dcp-evaluator"), script];

    public static string[] TheirEcho(string script) => ["node", Npm("dcp-client", "libexec", "evaluator-node.js"), script];

    /// <summary>Starts a program, as nobody when this is root: evaluators refuse root.</summary>
    public static Process Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] all = Environment.IsPrivilegedProcess ? [.. AsNobody, .. command] : [.. command];
        ProcessStartInfo start = new(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static string Resolve(string entry) => entry.Contains('/', StringComparison.Ordinal)
        ? Npm(entry.Split('/'))
        : Npm("dcp-client", "libexec", "sandbox", entry + ".js");

    private static string Existing(string path) =>
        File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: ./build.sh bench builds and fetches it.");

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "DcpWorker.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("No DcpWorker.sln above the benchmark program.");
    }
}
