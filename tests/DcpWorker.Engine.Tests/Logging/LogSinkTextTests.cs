using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Logging.Files;
using DcpWorker.Engine.Logging.Syslog;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>The values of <c>--log</c>.</summary>
public sealed class LogSinkTextTests
{
    [Fact]
    public void Every_kind_is_understood()
    {
        Assert.Equal(new ConsoleSinkOptions { Level = LogLevel.Debug }, Parse("console:debug"));
        Assert.Equal(new ConsoleSinkOptions { Level = LogLevel.Warning }, Parse("console"));
        Assert.Equal(new ConsoleSinkOptions { Level = LogLevel.None }, Parse("console,level=none"));
        Assert.Equal(new EventLogSinkOptions { Level = LogLevel.Error }, Parse("eventlog:error"));
        Assert.Equal(
            new FileSinkOptions { Path = "/var/log/x.log", Level = LogLevel.Debug, MaxSize = 10_000_000, MaxAge = TimeSpan.FromDays(7), Keep = 3, Format = LogLineFormat.Json },
            Parse("file:/var/log/x.log,level=debug,max-size=10MB,max-age=7d,keep=3,format=json"));
        Assert.Equal(
            new SyslogSinkOptions
            {
                Address = new SyslogAddress(SyslogTransport.Udp, "127.0.0.1", 514),
                Facility = SyslogFacility.Daemon,
                Format = SyslogFormat.Rfc3164,
                Level = LogLevel.Information,
            },
            Parse("syslog:udp://127.0.0.1:514,facility=daemon,format=rfc3164"));
        Assert.Equal(new SyslogSinkOptions { Address = SyslogAddress.Local, Facility = SyslogFacility.Local7, Format = null }, Parse("syslog"));
        Assert.Equal("/etc/ca.pem", Assert.IsType<SyslogSinkOptions>(Parse("syslog:tls://loghost,ca-file=/etc/ca.pem")).CaFile);
    }

    [Fact]
    public void A_relative_path_is_one_from_here_and_the_program_stands_in_it() =>
        Assert.Equal(Path.GetFullPath("logs/dcp-worker.log"), Assert.IsType<FileSinkOptions>(Parse("file:logs/{program}.log")).Path);

    [Theory]
    [InlineData("unix:/run/x", "unix:/run/x")]
    [InlineData("unix:///run/x", "unix:/run/x")]
    [InlineData("udp://loghost", "udp://loghost:514")]
    [InlineData("tcp://loghost/", "tcp://loghost:514")]
    [InlineData("tls://loghost", "tls://loghost:6514")]
    [InlineData("tcp://[::1]:601", "tcp://[::1]:601")]
    public void Addresses_of_syslog_have_ports_of_their_own(string text, string address) =>
        Assert.Equal(address, Assert.IsType<SyslogSinkOptions>(Parse($"syslog:{text}")).Address.ToString());

    [Theory]
    [InlineData("", "begins with console")]
    [InlineData("tape:x", "'tape:x' is no description of a log")]
    [InlineData("console:loud", "level takes trace, debug, info, warning, error, critical or none")]
    [InlineData("file", "path is missing")]
    [InlineData("file:/x,level", "'level' in 'file:/x,level' is no setting")]
    [InlineData("file:/x,=3", "is no setting")]
    [InlineData("file:/x,colour=red", "colour is no setting of a file log, which has path, level, format, max-size, max-age, keep")]
    [InlineData("file:/x,max-size=10XB", "max-size takes a number of bytes")]
    [InlineData("file:/x,max-size=10", "max-size takes at least 1000 bytes")]
    [InlineData("file:/x,max-age=-1d", "max-age takes a number of seconds")]
    [InlineData("file:/x,keep=-1", "keep takes a number of files from 0 to 1000")]
    [InlineData("file:/x,keep=1,keep=2", "sets keep twice")]
    [InlineData("file:/x,format=0", "format takes text or json")]
    [InlineData("syslog:loghost", "address takes unix:PATH, udp://HOST:PORT")]
    [InlineData("syslog:http://loghost", "address takes")]
    [InlineData("syslog:udp://user@loghost", "address takes")]
    [InlineData("syslog:udp://loghost,facility=local8", "facility takes a facility")]
    [InlineData("syslog:udp://loghost,format=text", "format takes rfc5424 or rfc3164")]
    [InlineData("syslog:udp://loghost,ca-file=/x", "ca-file is for tls:// only")]
    public void What_is_wrong_is_one_error_that_says_what(string text, string says) =>
        Assert.Contains(says, Assert.Throws<LogSinkException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Nothing_that_is_typed_is_more_than_an_error()
    {
        Random random = new(5);
        const string Alphabet = "consolefilesyslog:,=/{program}udptcpls0189.-[]é \n";
        for (int i = 0; i < 5000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(30)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            string prefix = ((string[])["", "file:/x,", "syslog:", "console,"])[random.Next(4)];
            Assert.True(Record.Exception(() => Parse(prefix + text)) is null or LogSinkException, prefix + text);
        }
    }

    private static LogSinkOptions Parse(string text) => LogSinkText.Parse(text, "dcp-worker");
}
