namespace DcpWorker.Engine.Logging.Syslog;

/// <summary>A way to a syslog server.</summary>
internal interface ISyslogConnection : IDisposable
{
    /// <summary>Sends the first of <paramref name="messages"/>; connects first, when need be.</summary>
    /// <returns>How many were sent.</returns>
    int Send(IReadOnlyList<byte[]> messages);
}
