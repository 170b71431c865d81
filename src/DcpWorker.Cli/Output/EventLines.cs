using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Logging.Streams;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli.Output;

/// <summary>What happens, as lines on stdout for people. The journal is told how much each matters, and has times of its own.</summary>
internal static class EventLines
{
    private const int Descriptor = 1;

    /// <summary>Whether stdout is the journal.</summary>
    public static bool IsJournal { get; } = JournalConnection.Is(Descriptor, Environment.GetEnvironmentVariable(JournalConnection.Variable));

    /// <summary>Writes a line, without secrets; to nobody, when the terminal is gone.</summary>
    public static void Write(LogLevel level, string text)
    {
        string line = LogText.OneLine(text);
        try
        {
            Console.WriteLine(IsJournal ? ConsoleLines.Prefix(level) + line : line);
        }
        catch (IOException)
        {
            // what the program does must not depend on who looks on
        }
    }
}
