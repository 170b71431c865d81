using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging.Windows;

/// <summary>The Windows Event Log, in its log <c>Application</c>, under the program's name. Installing the service makes that source known.</summary>
[SupportedOSPlatform("windows")]
internal sealed class EventLogSink(LogSource source) : ILogSink
{
    private const int MostEventId = ushort.MaxValue;

    private readonly EventLog _log = new("Application", ".", source.Program);

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<LogEntry> entries)
    {
        LogEntry entry = entries[0];
        _log.WriteEntry($"{entry.Category}: {entry.Text}", Type(entry.Level), Math.Clamp(entry.Id, 0, MostEventId));
        return 1;
    }

    /// <inheritdoc/>
    public void Dispose() => _log.Dispose();

    private static EventLogEntryType Type(LogLevel level) => level switch
    {
        >= LogLevel.Error => EventLogEntryType.Error,
        LogLevel.Warning => EventLogEntryType.Warning,
        _ => EventLogEntryType.Information,
    };
}
