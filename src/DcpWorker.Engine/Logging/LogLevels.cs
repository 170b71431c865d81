using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>The names of levels, as options, configurations and lines have them.</summary>
public static class LogLevels
{
    /// <summary>All names that are understood, least first, for messages.</summary>
    public const string All = "trace, debug, info, warning, error, critical or none";

    /// <summary>The level of a name, in any letter case; <c>information</c> and <c>warn</c> are understood too.</summary>
    public static LogLevel? Parse(string name) => name.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "INFO" or "INFORMATION" => LogLevel.Information,
        "WARNING" or "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "CRITICAL" => LogLevel.Critical,
        "NONE" => LogLevel.None,
        _ => null,
    };

    /// <summary>The name of a level.</summary>
    public static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        LogLevel.Critical => "critical",
        _ => "none",
    };

    /// <summary>The severity of a level, 2 (critical) to 7 (debug). Source: RFC 5424, table 2; sd-daemon(3) has the same numbers.</summary>
    public static int Severity(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };
}
