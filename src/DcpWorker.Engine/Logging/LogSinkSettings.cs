using System.Globalization;
using DcpWorker.Engine.Logging.Files;
using DcpWorker.Engine.Logging.Syslog;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>
/// The settings of one sink as they are written, in an option or a configuration: a kind, and texts under names. Turned into
/// <see cref="LogSinkOptions"/>; whatever is wrong becomes the exception that <paramref name="fault"/> makes of the setting's
/// name and the end of a sentence about it.
/// </summary>
/// <param name="kind"><c>console</c>, <c>file</c>, <c>syslog</c> or <c>eventLog</c>.</param>
/// <param name="values">The settings.</param>
/// <param name="program">Stands in paths for <c>{program}</c>.</param>
/// <param name="spell">How the name of a setting is written where these come from.</param>
/// <param name="fault">Makes the exception.</param>
internal sealed class LogSinkSettings(
    string kind, IReadOnlyDictionary<string, string> values, string program, Func<string, string> spell, Func<string, string, DcpException> fault)
{
    /// <summary>All kinds, for messages.</summary>
    public const string Kinds = "console, file, syslog and eventLog";

    private const long LeastSize = 1000;
    private const int MostKept = 1000;

    // the settings of each kind beside its level; the first is the one that an option need not name
    private static readonly Dictionary<string, string[]> Names = new(StringComparer.Ordinal)
    {
        ["console"] = ["level"],
        ["file"] = ["path", "level", "format", "maxSize", "maxAge", "keep"],
        ["syslog"] = ["address", "level", "facility", "format", "caFile"],
        ["eventLog"] = ["level"],
    };

    /// <summary>Whether there is such a kind.</summary>
    public static bool IsKind(string kind) => Names.ContainsKey(kind);

    /// <summary>The setting of a kind that is its most important one.</summary>
    public static string MainSetting(string kind) => Names[kind][0];

    /// <summary>The sink.</summary>
    public LogSinkOptions Build()
    {
        if (values.Keys.FirstOrDefault(n => !Names[kind].Contains(n)) is { } unknown)
        {
            throw fault(unknown, $"is no setting of a {kind} log, which has {string.Join(", ", Names[kind].Select(spell))}");
        }

        LogSinkOptions sink = kind switch
        {
            "console" => new ConsoleSinkOptions(),
            "file" => File(),
            "syslog" => Syslog(),
            _ => new EventLogSinkOptions(),
        };
        return sink with { Level = Read("level", LogLevels.Parse, $"takes {LogLevels.All}") ?? sink.Level };
    }

    private FileSinkOptions File()
    {
        string path = Text("path")?.Replace("{program}", program, StringComparison.Ordinal) ?? throw fault("path", "is missing: which file is it?");
        FileSinkOptions file = new() { Path = Path.IsPathFullyQualified(path) ? path : throw fault("path", "takes the full path of a file") };
        return file with
        {
            Format = Read("format", t => ParseName<LogLineFormat>(t), "takes text or json") ?? file.Format,
            MaxSize = Read("maxSize", LogQuantities.ParseSize, "takes a number of bytes, such as 500kB, 10MB or 1GiB") is { } size
                ? size >= LeastSize ? size : throw fault("maxSize", $"takes at least {LeastSize} bytes")
                : file.MaxSize,
            MaxAge = Read("maxAge", LogQuantities.ParseAge, "takes a number of seconds from 1 on, or a time such as 12h or 7d"),
            Keep = Read("keep", t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n <= MostKept ? n : (int?)null, $"takes a number of files from 0 to {MostKept}") ?? file.Keep,
        };
    }

    private SyslogSinkOptions Syslog()
    {
        SyslogSinkOptions syslog = new();
        SyslogAddress address = Text("address") is { } text
            ? SyslogAddress.TryParse(text, out SyslogAddress? parsed) ? parsed : throw fault("address", $"takes {SyslogAddress.Forms}")
            : syslog.Address;
        if (Text("caFile") is not null && address.Transport != SyslogTransport.Tls)
        {
            throw fault("caFile", "is for tls:// only, where the server shows a certificate");
        }

        return syslog with
        {
            Address = address,
            Facility = Read("facility", t => ParseName<SyslogFacility>(t), "takes a facility, such as local7 or daemon") ?? syslog.Facility,
            Format = Read("format", t => ParseName<SyslogFormat>(t), "takes rfc5424 or rfc3164"),
            CaFile = Text("caFile"),
        };
    }

    private string? Text(string name) => values.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;

    private T? Read<T>(string name, Func<string, T?> parse, string otherwise)
        where T : struct =>
        Text(name) is { } text ? parse(text) ?? throw fault(name, otherwise) : null;

    private static T? ParseName<T>(string text)
        where T : struct, Enum =>
        !char.IsAsciiDigit(text[0]) && Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value) ? value : null;
}
