using System.Management.Automation;

namespace DcpWorker.Cmdlets.Scheduling;

/// <summary>Finds the embedded scheduler's program, as the evaluator is found.</summary>
internal static class SchedulerProgram
{
    /// <summary>Environment variable that names the program.</summary>
    public const string Variable = "DCP_SCHEDULER_PROGRAM";

    private static string FileName => OperatingSystem.IsWindows() ? "dcp-scheduler.exe" : "dcp-scheduler";

    /// <summary>The full path of the program.</summary>
    /// <param name="path">The full path that was given, if one was.</param>
    /// <exception cref="CmdletException">SchedulerNotFound.</exception>
    public static string Locate(string? path)
    {
        string? named = path ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? variable : null);
        if (named is null)
        {
            return InstalledFile.Find(Path.Combine("bin", FileName)) ?? throw NotFound(
                $"The program {FileName} is nowhere beside the module. Build or install it, or name it with -SchedulerPath or in {Variable}.", null);
        }

        return File.Exists(named) ? Path.GetFullPath(named) : throw NotFound($"There is no program '{named}'.", named);
    }

    private static CmdletException NotFound(string message, string? target) => new("SchedulerNotFound", ErrorCategory.ObjectNotFound, message, target);
}
