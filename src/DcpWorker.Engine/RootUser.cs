namespace DcpWorker.Engine;

/// <summary>Nothing that works for strangers runs as root, unless somebody has said that it may.</summary>
public static class RootUser
{
    /// <summary>Environment variable that, set to 1, lets programs run as root.</summary>
    public const string Variable = "DCP_ALLOW_ROOT";

    /// <summary>Whether this process is root (uid 0). Never on Windows.</summary>
    public static bool IsCurrent => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>Refuses to go on as root.</summary>
    /// <param name="what">What would run: <c>A worker</c>.</param>
    /// <param name="command">The command, as it is to be started instead.</param>
    /// <param name="isAllowed">Whether root is allowed beside what <see cref="Variable"/> says.</param>
    /// <returns>The warning to give when it is root and may be; null when it is not root.</returns>
    /// <exception cref="RunningAsRootException">It is root, and may not be.</exception>
    public static string? Check(string what, string command, bool isAllowed)
    {
        if (!IsCurrent)
        {
            return null;
        }

        return isAllowed || Environment.GetEnvironmentVariable(Variable) == "1"
            ? $"{what} runs as root: a fault in it gives away everything that this root can reach."
            : throw new RunningAsRootException(
                $"{what} must not run as root, since a fault in it would give away the whole machine. "
                + $"Start the installed service (its unit runs as the user dcp), or run it as an ordinary user: "
                + $"setpriv --reuid dcp --regid dcp --init-groups {command}. "
                + $"In a container where root can reach nothing else, --allow-root or {Variable}=1 takes that risk.");
    }
}
