using DcpWorker.Engine.Logging.Streams;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli.Output;

/// <summary>What the program says on stderr outside its log: the journal is told how much it matters.</summary>
internal static class Stderr
{
    private const int Descriptor = 2;

    private static readonly Lazy<bool> IsJournal = new(() => JournalConnection.Is(Descriptor, Environment.GetEnvironmentVariable(JournalConnection.Variable)));

    /// <summary>How a log looks there.</summary>
    public static ConsoleStyle Style => IsJournal.Value ? ConsoleStyle.Journal
        : Console.IsErrorRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? ConsoleStyle.Plain
        : ConsoleStyle.Coloured;

    /// <summary>Where the console's log goes.</summary>
    public static ConsoleTarget Target() => new(Console.OpenStandardError(), Style);

    /// <summary>Writes a text that is one line; to nobody, when the terminal is gone.</summary>
    public static void Write(LogLevel level, string line)
    {
        try
        {
            Console.Error.WriteLine(IsJournal.Value ? ConsoleLines.Prefix(level) + line : line);
        }
        catch (IOException)
        {
            // what the program does must not depend on who looks on
        }
    }
}
