using System.Globalization;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Logging.Files;

/// <summary>Lines of the log as files have them. All begin with the time, in UTC.</summary>
internal static class LogLines
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
    private const string JsonStart = """{"time":""" + "\"";

    /// <summary>The line, without its end.</summary>
    public static string Write(LogEntry entry, LogSource source, LogLineFormat format) => format == LogLineFormat.Json
        ? LogText.EscapeJson(JsonWriter.Write(ToJson(entry, source)))
        : $"{Time(entry)} {source.Program}[{source.ProcessId}] {LogLevels.NameOf(entry.Level)} {entry.Category}: {entry.Text}";

    /// <summary>When a line of either format was written; null when it is no line of ours.</summary>
    public static DateTimeOffset? TimeOf(string line)
    {
        string start = line.StartsWith(JsonStart, StringComparison.Ordinal) ? line[JsonStart.Length..] : line;
        return start.Length >= 24 && DateTimeOffset.TryParseExact(start[..24], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : null;
    }

    private static JsObject ToJson(LogEntry entry, LogSource source)
    {
        JsObject line = new()
        {
            ["time"] = Time(entry),
            ["level"] = LogLevels.NameOf(entry.Level),
            ["program"] = source.Program,
            ["pid"] = double.Parse(source.ProcessId, CultureInfo.InvariantCulture),
            ["category"] = entry.Category,
            ["message"] = entry.Text,
        };
        if (entry.Id != 0)
        {
            line["id"] = entry.Id;
        }

        if (entry.Event is { } data)
        {
            line["data"] = LogSecrets.Mask(data);
        }

        return line;
    }

    private static string Time(LogEntry entry) => entry.Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
