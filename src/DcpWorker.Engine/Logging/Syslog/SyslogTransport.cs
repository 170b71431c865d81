namespace DcpWorker.Engine.Logging.Syslog;

/// <summary>How syslog messages travel.</summary>
public enum SyslogTransport
{
    /// <summary>Datagrams to a Unix socket.</summary>
    Unix,

    /// <summary>A datagram each (RFC 5426): may get lost without anybody noticing.</summary>
    Udp,

    /// <summary>A stream with counted octets (RFC 6587, 3.4.1).</summary>
    Tcp,

    /// <summary>The same over TLS (RFC 5425).</summary>
    Tls,
}
