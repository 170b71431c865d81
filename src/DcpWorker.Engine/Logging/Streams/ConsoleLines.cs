using System.Globalization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging.Streams;

/// <summary>Lines as a console shows them.</summary>
public static class ConsoleLines
{
    private const string Reset = "\e[0m";

    /// <summary>A line of the log, without its end.</summary>
    public static string Write(LogEntry entry, ConsoleStyle style) => Write(entry.Level, $"{entry.Category}: {entry.Text}", style);

    /// <summary>A text that is one line already.</summary>
    public static string Write(LogLevel level, string text, ConsoleStyle style) => style switch
    {
        ConsoleStyle.Journal => Prefix(level) + text,
        ConsoleStyle.Coloured => $"{Colour(level)}{LogLevels.NameOf(level)}:{Reset} {text}",
        _ => $"{LogLevels.NameOf(level)}: {text}",
    };

    /// <summary>What a line for the journal begins with.</summary>
    public static string Prefix(LogLevel level) => string.Create(CultureInfo.InvariantCulture, $"<{LogLevels.Severity(level)}>");

    private static string Colour(LogLevel level) => level switch
    {
        LogLevel.Critical => "\e[1;31m",
        LogLevel.Error => "\e[31m",
        LogLevel.Warning => "\e[33m",
        LogLevel.Information => "\e[32m",
        _ => "\e[2m",
    };
}
