using System.Globalization;
using System.Text;

namespace DcpWorker.Engine.Logging.Syslog;

/// <summary>Lines of the log as syslog messages.</summary>
internal sealed class SyslogMessages(SyslogSinkOptions options, LogSource source)
{
    // RFC 5424, 6.1: receivers should take 2048 octets; RFC 3164, 4.1: at most 1024. Over streams and local sockets every server takes 8192.
    private const int MostOctets = 8192;
    private const int MostOctetsOfDatagram = 2048;
    private const int MostOctetsOfOldDatagram = 1024;

    private readonly SyslogFormat _format = options.Format
        ?? (options.Address.Transport == SyslogTransport.Unix ? SyslogFormat.Rfc3164 : SyslogFormat.Rfc5424);

    /// <summary>The octets of a message, no more than its way takes.</summary>
    public byte[] Write(LogEntry entry)
    {
        string header = _format == SyslogFormat.Rfc5424 ? Header5424(entry) : Header3164(entry);
        byte[] octets = Encoding.UTF8.GetBytes($"{header}{entry.Category}: {entry.Text}");
        int most = options.Address.Transport != SyslogTransport.Udp ? MostOctets
            : _format == SyslogFormat.Rfc5424 ? MostOctetsOfDatagram : MostOctetsOfOldDatagram;
        return octets.Length <= most ? octets : octets[..WholeCharacters(octets, most)];
    }

    private int Priority(LogEntry entry) => (8 * (int)options.Facility) + LogLevels.Severity(entry.Level);

    // No byte-order mark before the text, which RFC 5424 wants for UTF-8: the servers in use keep it as part of the message.
    private string Header5424(LogEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"<{Priority(entry)}>1 {entry.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ} {Token(source.Host, 255)} {Token(source.Program, 48)} {Token(source.ProcessId, 128)} {(entry.Id == 0 ? "-" : entry.Id)} - ");

    // Local readers expect no host name, others do.
    private string Header3164(LogEntry entry)
    {
        DateTime time = entry.Time.LocalDateTime;
        string host = options.Address.Transport == SyslogTransport.Unix ? "" : Token(source.Host, 255) + " ";
        return string.Create(
            CultureInfo.InvariantCulture, $"<{Priority(entry)}>{time:MMM} {time.Day,2} {time:HH:mm:ss} {host}{Token(source.Program, 32)}[{source.ProcessId}]: ");
    }

    // printable ASCII without spaces, or the sign for nothing
    private static string Token(string text, int most)
    {
        string token = string.Concat(text.Where(c => c is > ' ' and <= '~').Take(most));
        return token.Length == 0 ? "-" : token;
    }

    // a cut must not leave the beginning of a character
    private static int WholeCharacters(byte[] octets, int length)
    {
        while ((octets[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }
}
