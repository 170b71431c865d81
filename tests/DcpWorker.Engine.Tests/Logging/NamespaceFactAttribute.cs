using System.Diagnostics;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>A test that mounts something where nobody else sees it; skipped, with the reason, where the kernel does not let us.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Refusal = new(TryIt);

    public NamespaceFactAttribute() => Skip = Refusal.Value;

    /// <summary>Begins a command that has mounts of its own.</summary>
    public static string[] Command => Environment.IsPrivilegedProcess ? ["unshare", "--mount"] : ["unshare", "--mount", "--map-root-user"];

    private static string? TryIt()
    {
        try
        {
            string[] command = [.. Command, "mount", "-t", "tmpfs", "none", "/mnt"];
            using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
            string said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"No mounts of one's own here: {said.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"There is no unshare: {e.Message}";
        }
    }
}
