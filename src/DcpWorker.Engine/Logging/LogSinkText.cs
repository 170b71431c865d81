namespace DcpWorker.Engine.Logging;

/// <summary>Sinks as one writes them on a command line: <c>KIND[:VALUE][,NAME=VALUE…]</c>.</summary>
public static class LogSinkText
{
    /// <summary>The forms, for help.</summary>
    public const string Forms =
        "console[:LEVEL], file:PATH, syslog[:unix:PATH|udp://HOST:PORT|tcp://HOST:PORT|tls://HOST:PORT] or eventlog[:LEVEL]; then ,NAME=VALUE: level, format, max-size, max-age, keep, facility, ca-file";

    /// <summary>The sink that <paramref name="text"/> describes, for example <c>file:dcp.log,level=debug,max-size=10MB,keep=7</c>.</summary>
    /// <param name="text">The description. A relative path is one from the current directory.</param>
    /// <param name="program">Stands in paths for <c>{program}</c>.</param>
    /// <exception cref="LogSinkException">It describes none.</exception>
    public static LogSinkOptions Parse(string text, string program)
    {
        int end = text.IndexOfAny([':', ',']);
        string kind = Kind(end < 0 ? text : text[..end])
            ?? throw new LogSinkException($"'{text}' is no description of a log: it begins with {LogSinkSettings.Kinds.Replace(" and ", " or ", StringComparison.Ordinal).ToLowerInvariant()}.");
        string[] parts = end < 0 ? [""] : text[end] == ':' ? text[(end + 1)..].Split(',') : ["", .. text[(end + 1)..].Split(',')];
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        if (parts[0].Length > 0)
        {
            string main = LogSinkSettings.MainSetting(kind);
            values[main] = main == "path" ? Path.GetFullPath(parts[0]) : parts[0];
        }

        foreach (string part in parts[1..])
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = CamelCase(equals < 0 ? part : part[..equals]);
            if (equals < 1 || !values.TryAdd(name, part[(equals + 1)..]))
            {
                throw new LogSinkException(equals < 1
                    ? $"'{part}' in '{text}' is no setting: after a comma comes NAME=VALUE, such as level=debug."
                    : $"'{text}' sets {part[..equals]} twice.");
            }
        }

        return new LogSinkSettings(kind, values, program, KebabCase, (name, what) => new LogSinkException($"'{text}': {KebabCase(name)} {what}.")).Build();
    }

    private static string? Kind(string text) => text.ToUpperInvariant() switch
    {
        "CONSOLE" => "console",
        "FILE" => "file",
        "SYSLOG" => "syslog",
        "EVENTLOG" => "eventLog",
        _ => null,
    };

    private static string CamelCase(string name)
    {
        string[] words = name.Split('-', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Select((w, i) => i == 0 ? w : char.ToUpperInvariant(w[0]) + w[1..]));
    }

    private static string KebabCase(string name) => string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{c}"));
}
