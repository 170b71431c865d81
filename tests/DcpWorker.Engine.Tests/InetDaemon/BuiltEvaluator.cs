using DcpWorker.Engine.InetDaemon;

namespace DcpWorker.Engine.Tests.InetDaemon;

/// <summary>The evaluator and the sandbox files of this build, where an unprivileged user can reach them.</summary>
internal static class BuiltEvaluator
{
    private static readonly Lazy<EvaluatorCommand> Located = new(Locate);

    internal static UnixUser Nobody { get; } = new(65534, 65534);

    internal static EvaluatorCommand Command => Located.Value;

    private static EvaluatorCommand Locate()
    {
        EvaluatorCommand command = EvaluatorCommand.Locate();
        return Environment.IsPrivilegedProcess && !IsOpenToAll(command.Program) ? CopyForAll(command) : command;
    }

    private static bool IsOpenToAll(string file)
    {
        for (DirectoryInfo? folder = Directory.GetParent(file); folder is not null; folder = folder.Parent)
        {
            if ((folder.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                return false;
            }
        }

        return true;
    }

    // A checkout in root's own home, say.
    private static EvaluatorCommand CopyForAll(EvaluatorCommand command)
    {
        const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        DirectoryInfo home = Directory.CreateTempSubdirectory("dcp-evaluator-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => home.Delete(recursive: true);
        string from = Path.GetFullPath("..", Path.GetDirectoryName(command.Program)!);
        foreach (string part in new[] { "bin", "libexec" })
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(from, part), "*", SearchOption.AllDirectories))
            {
                string to = Path.Combine(home.FullName, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }
        }

        foreach (DirectoryInfo folder in home.EnumerateDirectories("*", SearchOption.AllDirectories).Append(home))
        {
            if (!OperatingSystem.IsWindows())
            {
                folder.UnixFileMode = Open;
            }
        }

        return EvaluatorCommand.Locate(Path.Combine(home.FullName, "bin", "dcp-evaluator"), Path.Combine(home.FullName, "libexec", "sandbox", "sandbox.json"));
    }
}
