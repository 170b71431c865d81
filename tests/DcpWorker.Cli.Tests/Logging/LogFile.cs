namespace DcpWorker.Cli.Tests.Logging;

/// <summary>Reads log files that a program is writing.</summary>
internal static class LogFile
{
    public static string[] Lines(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        // not File.ReadAllText, which locks the file
        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
