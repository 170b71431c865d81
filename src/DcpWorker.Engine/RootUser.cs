namespace DcpWorker.Engine;

/// <summary>Nothing that works for strangers runs as root, unless somebody has said that it may.</summary>
public static class RootUser
{
    /// <summary>Environment variable that, set to 1, lets programs run as root.</summary>
    public const string Variable = "DCP_ALLOW_ROOT";

    /// <summary>What the option <c>--allow-root</c> of every program says of itself.</summary>
    public const string OptionDescription = $"Run although this is root: only where root can reach nothing else, as in a container. {Variable}=1 does the same.";

    /// <summary>Whether this process is root (uid 0). Never on Windows.</summary>
    public static bool IsCurrent => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>Refuses to go on as root.</summary>
    /// <param name="what">What would run: <c>A worker</c>.</param>
    /// <param name="command">The command, as it is to be started instead.</param>
    /// <param name="isAllowed">Whether root is allowed beside what <see cref="Variable"/> says.</param>
    /// <param name="hasUnit">Whether a service that does the same is installed.</param>
    /// <returns>The warning to give when it is root and may be; null when it is not root.</returns>
    /// <exception cref="RunningAsRootException">It is root, and may not be.</exception>
    public static string? Check(string what, string command, bool isAllowed, bool hasUnit = true)
    {
        if (!IsCurrent)
        {
            return null;
        }

        return isAllowed || Environment.GetEnvironmentVariable(Variable) == "1"
            ? $"{what} runs as root: a fault in it gives away everything that this root can reach."
            : throw new RunningAsRootException(
                $"{what} must not run as root, since a fault in it would give away the whole machine. "
                + $"{(hasUnit ? "Start the installed service (its unit runs as the user dcp), or run" : "Run")} it as an ordinary user: "
                // who only changes the user keeps root's home, where dcp can read nothing
                + $"setpriv --reuid dcp --regid dcp --init-groups env HOME=/opt/dcp DCP_RESOURCE_DIR=/opt/dcp/.dcp {command}. "
                + $"In a container where root can reach nothing else, --allow-root or {Variable}=1 takes that risk.");
    }
}
