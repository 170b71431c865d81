namespace DcpWorker.Engine.Logging.Syslog;

/// <summary>How syslog messages are written.</summary>
public enum SyslogFormat
{
    /// <summary>The standard of 2009, with time zone and fractions of a second.</summary>
    Rfc5424,

    /// <summary>What was found in use in 2001, and still is: what readers of /dev/log understand.</summary>
    Rfc3164,
}
