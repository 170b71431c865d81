namespace DcpWorker.Engine.InetDaemon;

/// <summary>The program that the inet-daemon starts for each connection, and what it passes to it.</summary>
public sealed record EvaluatorCommand
{
    /// <summary>Environment variable that names the evaluator program.</summary>
    public const string ProgramVariable = "DCP_EVALUATOR";

    /// <summary>Environment variable that names the sandbox manifest.</summary>
    public const string ManifestVariable = "DCP_SANDBOX_MANIFEST";

    private const string ProgramName = "dcp-evaluator";
    private static readonly string ManifestPath = Path.Combine("libexec", "sandbox", "sandbox.json");

    /// <summary>Absolute path of the program.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments: options, then the absolute paths of the set-up files.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>
    /// Whether the program knows <c>--parent-pid PID</c>. One that does not is started through
    /// <c>setpriv --pdeathsig</c>, which costs one more exec.
    /// </summary>
    public bool DiesWithParent { get; init; }

    /// <summary>Variables for the evaluator beside the few that every evaluator gets (PATH, TZ, locale).</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Finds dcp-evaluator and the sandbox files. Each comes from its argument, else its environment variable, else
    /// beside the running program (<c>bin/</c> and <c>libexec/</c> of one folder), else from the <c>artifacts</c> folder
    /// of a repository above it.
    /// </summary>
    /// <exception cref="InetDaemonException">One of them is nowhere to be found.</exception>
    public static EvaluatorCommand Locate(string? evaluatorPath = null, string? manifestPath = null)
    {
        string program = Find("evaluator program", evaluatorPath, ProgramVariable, f => Path.Combine(f, "bin", ProgramFile), Path.Combine(AppContext.BaseDirectory, ProgramFile));
        string manifest = Find("list of sandbox files", manifestPath, ManifestVariable, f => Path.Combine(f, ManifestPath), Path.Combine(AppContext.BaseDirectory, ManifestPath));
        return Create(program, SandboxManifest.Load(manifest));
    }

    /// <summary>The command that runs dcp-evaluator at <paramref name="program"/> with these sandbox files.</summary>
    public static EvaluatorCommand Create(string program, SandboxManifest sandbox) => new()
    {
        Program = Path.GetFullPath(program),
        Arguments = sandbox.CodeCache is { } cache ? ["--code-cache", cache, .. sandbox.Files] : sandbox.Files,
        DiesWithParent = true,
    };

    private static string ProgramFile => OperatingSystem.IsWindows() ? ProgramName + ".exe" : ProgramName;

    private static string Find(string what, string? given, string variable, Func<string, string> under, string beside)
    {
        string? named = given ?? System.Environment.GetEnvironmentVariable(variable);
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named)
                ? Path.GetFullPath(named)
                : throw new InetDaemonException("EvaluatorNotFound", $"The {what} '{named}' is not there.");
        }

        return Candidates(under, beside).FirstOrDefault(File.Exists)
            ?? throw new InetDaemonException("EvaluatorNotFound", $"The {what} is nowhere beside '{AppContext.BaseDirectory}'. Build or install it, or name it in {variable}.");
    }

    private static IEnumerable<string> Candidates(Func<string, string> under, string beside)
    {
        yield return beside;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return under(folder.FullName);
            yield return under(Path.Combine(folder.FullName, "artifacts"));
        }
    }
}
