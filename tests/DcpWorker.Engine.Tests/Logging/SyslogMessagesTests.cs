using System.Text;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Logging.Syslog;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>The octets of syslog messages.</summary>
public sealed class SyslogMessagesTests
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1234567);
    private static readonly LogSource Source = new("dcp-worker", "42", "my host.example");

    [Theory]
    [InlineData(LogLevel.Critical, 186)]
    [InlineData(LogLevel.Error, 187)]
    [InlineData(LogLevel.Warning, 188)]
    [InlineData(LogLevel.Information, 190)]
    [InlineData(LogLevel.Debug, 191)]
    [InlineData(LogLevel.Trace, 191)]
    public void A_message_of_the_standard_has_every_field_of_it(LogLevel level, int priority) =>
        Assert.Equal($"<{priority}>1 2026-03-04T05:06:07.123456Z myhost.example dcp-worker 42 7 - Part: é", Write("udp://x", "rfc5424", new LogEntry(Time, level, "Part", "é") { Id = 7 }));

    [Fact]
    public void What_is_not_known_is_a_dash() =>
        Assert.Equal("<190>1 2026-03-04T05:06:07.123456Z - dcp-worker 42 - - P: x", Encoding.UTF8.GetString(
            new SyslogMessages(Options("udp://x", "rfc5424"), Source with { Host = "" }).Write(new LogEntry(Time, LogLevel.Information, "P", "x"))));

    [Fact]
    public void A_message_of_the_old_kind_has_local_time_and_a_padded_day()
    {
        string time = Time.LocalDateTime.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        string day = $"{Time.LocalDateTime:MMM} {Time.LocalDateTime.Day,2}";
        Assert.Equal($"<191>{day} {time} myhost.example dcp-worker[42]: Part: x", Write("tcp://x", "rfc3164", new LogEntry(Time, LogLevel.Debug, "Part", "x")));
        Assert.Equal($"<191>{day} {time} dcp-worker[42]: Part: x", Write("unix:/dev/log", "rfc3164", new LogEntry(Time, LogLevel.Debug, "Part", "x")));
    }

    [Fact]
    public void A_local_socket_gets_the_old_kind_unless_told_otherwise()
    {
        LogEntry entry = new(Time, LogLevel.Debug, "Part", "x");
        Assert.Equal(Write("unix:/dev/log", "rfc3164", entry), Encoding.UTF8.GetString(new SyslogMessages(new SyslogSinkOptions(), Source).Write(entry)));
    }

    [Theory]
    [InlineData("udp://x", "rfc5424", 2048)]
    [InlineData("udp://x", "rfc3164", 1024)]
    [InlineData("tcp://x", "rfc5424", 8192)]
    public void A_message_is_cut_between_characters(string address, string format, int most)
    {
        for (int pad = 0; pad < 4; pad++)
        {
            LogEntry entry = new(Time, LogLevel.Debug, "Part", new string('x', pad) + string.Concat(Enumerable.Repeat("😀", 3000)));
            byte[] octets = new SyslogMessages(Options(address, format), Source).Write(entry);
            Assert.InRange(octets.Length, most - 3, most);
            Assert.DoesNotContain('\ufffd', Encoding.UTF8.GetString(octets));
        }
    }

    private static SyslogSinkOptions Options(string address, string format) => (SyslogSinkOptions)LogSinkText.Parse($"syslog:{address},format={format}", "p");

    private static string Write(string address, string format, LogEntry entry) => Encoding.UTF8.GetString(new SyslogMessages(Options(address, format), Source).Write(entry));
}
