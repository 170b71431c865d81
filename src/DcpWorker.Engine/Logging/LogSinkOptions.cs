using DcpWorker.Engine.Logging.Files;
using DcpWorker.Engine.Logging.Syslog;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>Somewhere that the log goes to, and from which level on.</summary>
public abstract record LogSinkOptions
{
    /// <summary>What messages call it, for example <c>file /var/log/dcp/dcp-worker.log</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The least level that it takes.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;
}

/// <summary>The program's stderr. Takes what the program has to say for itself; what a worker does is printed on stdout.</summary>
public sealed record ConsoleSinkOptions : LogSinkOptions
{
    /// <summary>Warnings and worse.</summary>
    public ConsoleSinkOptions() => Level = LogLevel.Warning;

    /// <inheritdoc/>
    public override string Name => "console";
}

/// <summary>A file that is rotated.</summary>
public sealed record FileSinkOptions : LogSinkOptions
{
    /// <summary>Its full path. Its folder must exist.</summary>
    public required string Path { get; init; }

    /// <summary>How its lines are written.</summary>
    public LogLineFormat Format { get; init; } = LogLineFormat.Text;

    /// <summary>Bytes that it may grow to before it is put aside; null: it is never too large.</summary>
    public long? MaxSize { get; init; } = 10_000_000;

    /// <summary>How old its first line may get before it is put aside; null: it is never too old.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How many files that were put aside are kept, as PATH.1 (the youngest), PATH.2…</summary>
    public int Keep { get; init; } = 7;

    /// <inheritdoc/>
    public override string Name => $"file {Path}";
}

/// <summary>A syslog server.</summary>
public sealed record SyslogSinkOptions : LogSinkOptions
{
    /// <summary>Where it listens.</summary>
    public SyslogAddress Address { get; init; } = SyslogAddress.Local;

    /// <summary>The facility.</summary>
    public SyslogFacility Facility { get; init; } = SyslogFacility.Local7;

    /// <summary>How messages are written; null: RFC 3164 for a Unix socket, where readers expect that, else RFC 5424.</summary>
    public SyslogFormat? Format { get; init; }

    /// <summary>File of certificates (PEM) of the authorities that may vouch for the server; null: those of the system. TLS only.</summary>
    public string? CaFile { get; init; }

    /// <inheritdoc/>
    public override string Name => $"syslog {Address}";
}

/// <summary>The Windows Event Log.</summary>
public sealed record EventLogSinkOptions : LogSinkOptions
{
    /// <inheritdoc/>
    public override string Name => "event log";
}
