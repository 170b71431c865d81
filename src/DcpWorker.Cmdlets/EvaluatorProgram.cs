using DcpWorker.Engine.InetDaemon;

namespace DcpWorker.Cmdlets;

/// <summary>
/// Finds what the module needs beside it. The engine looks beside the running program, which is PowerShell here; the
/// module looks beside itself, in the folders above it, and where the packages install.
/// </summary>
internal static class EvaluatorProgram
{
    /// <summary>The evaluator and its set-up files.</summary>
    /// <param name="path">Path of the program, when it was given.</param>
    /// <exception cref="InetDaemonException">One of them is nowhere to be found.</exception>
    public static EvaluatorCommand Locate(string? path) => EvaluatorCommand.Locate(
        path ?? Find(EvaluatorCommand.ProgramVariable, Path.Combine("bin", OperatingSystem.IsWindows() ? "dcp-evaluator.exe" : "dcp-evaluator")),
        Find(EvaluatorCommand.ManifestVariable, Path.Combine("libexec", "sandbox", "sandbox.json")));

    // The engine itself looks at the variable.
    private static string? Find(string variable, string relativePath) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)) ? InstalledFile.Find(relativePath) : null;
}
