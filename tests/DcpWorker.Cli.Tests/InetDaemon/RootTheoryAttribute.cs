using System.Diagnostics;
using DcpWorker.Engine;

namespace DcpWorker.Cli.Tests.InetDaemon;

/// <summary>A theory that starts programs as root: root of a user namespace, when the tests are an ordinary user's.</summary>
internal sealed class RootTheoryAttribute : TheoryAttribute
{
    /// <summary>What makes a command of a shell run as root.</summary>
    public static readonly string AsRoot = RootUser.IsCurrent ? "" : "unshare --user --map-root-user";

    public RootTheoryAttribute() => Skip = RootUser.IsCurrent || HasNamespaces() ? null : "Only root can be root here: user namespaces are not allowed.";

    private static bool HasNamespaces()
    {
        ProcessStartInfo start = new("unshare", ["--user", "--map-root-user", "true"]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
