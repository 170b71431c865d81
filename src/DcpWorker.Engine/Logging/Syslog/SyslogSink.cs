using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DcpWorker.Engine.Logging.Syslog;

/// <summary>A syslog server.</summary>
internal sealed class SyslogSink : ILogSink
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly SyslogMessages _messages;
    private readonly ISyslogConnection _connection;

    /// <exception cref="LogSinkException">The file of authorities cannot be used.</exception>
    public SyslogSink(SyslogSinkOptions options, LogSource source)
    {
        _messages = new SyslogMessages(options, source);
        _connection = options.Address.Transport is SyslogTransport.Tcp or SyslogTransport.Tls
            ? new StreamConnection(options.Address, Authorities(options.CaFile), Limit)
            : new DatagramConnection(options.Address, Limit);
    }

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<LogEntry> entries)
    {
        List<byte[]> messages = new(entries.Length);
        foreach (LogEntry entry in entries)
        {
            messages.Add(_messages.Write(entry));
        }

        return _connection.Send(messages);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static X509Certificate2Collection? Authorities(string? file)
    {
        if (file is null)
        {
            return null;
        }

        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new LogSinkException($"The file of authorities '{file}' cannot be read: {e.Message}", e);
        }

        return authorities.Count > 0
            ? authorities
            : throw new LogSinkException($"'{file}' holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
    }
}
