using System.Diagnostics;

namespace DcpEvaluator.Tests.Support;

/// <summary>Tests that run as root start the evaluator as nobody; the evaluator refuses root.</summary>
internal static class UnprivilegedUser
{
    private static readonly string[] Drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];

    public static bool Needed => Environment.IsPrivilegedProcess;

    /// <summary>The command as such a user runs it.</summary>
    public static IReadOnlyList<string> Command(params IEnumerable<string> command) => [.. Needed ? Drop : [], .. command];

    public static bool CanReach(string program)
    {
        if (!Needed)
        {
            return true;
        }

        IReadOnlyList<string> command = Command("test", "-x", program);
        using Process process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)))!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
