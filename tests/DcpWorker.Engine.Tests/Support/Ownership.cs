using System.Diagnostics;

namespace DcpWorker.Engine.Tests.Support;

/// <summary>Owners and modes of files, by the system's own tools.</summary>
internal static class Ownership
{
    /// <summary>Owner, group and mode of a file, or of a link itself: <c>0:0 644</c>.</summary>
    public static string Of(string path) => Run("stat", "-c", "%u:%g %a", "--", path).Trim();

    /// <summary>Gives a file, or a link itself, to a user and group: <c>65533:65534</c>.</summary>
    public static void Give(string path, string owner) => Run("chown", "-h", owner, "--", path);

    /// <summary>Makes a pipe that has a name.</summary>
    public static string Pipe(string path)
    {
        Run("mkfifo", "-m", "600", "--", path);
        return path;
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
