namespace DcpEvaluator.Tests.Support;

/// <summary>Files that every user can read, removed when the test run ends.</summary>
internal static class TemporaryFiles
{
    private const UnixFileMode ForAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly Lazy<string> Root = new(CreateRoot);
    private static int s_counter;

    public static string CreateDirectory()
    {
        string path = Path.Combine(Root.Value, Interlocked.Increment(ref s_counter).ToString("d4", null));
        Directory.CreateDirectory(path, ForAll);
        return path;
    }

    /// <summary>A directory that the evaluator's user may write to.</summary>
    public static string CreateWritableDirectory()
    {
        string path = CreateDirectory();
        File.SetUnixFileMode(path, ForAll | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        return path;
    }

    public static string Script(string text, string name = "set-up.js")
    {
        string path = Path.Combine(CreateDirectory(), name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string CreateRoot()
    {
        string root = Directory.CreateTempSubdirectory("dcp-evaluator-tests-").FullName;
        File.SetUnixFileMode(root, ForAll);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        return root;
    }
}
