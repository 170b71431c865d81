using System.Globalization;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Tests.Logging.Syslog;

/// <summary>A real rsyslogd understands what we send it, by every way and in both formats.</summary>
public sealed class RsyslogTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _program = $"dcp-{Guid.NewGuid():N}"[..20];
    private readonly RsyslogServer _server = new();

    public void Dispose() => _server.Dispose();

    [RsyslogTheory]
    [InlineData("unix", "", false)]
    [InlineData("unix-5424", ",format=rfc5424", true)]
    [InlineData("udp", "", true)]
    [InlineData("udp", ",format=rfc3164", false)]
    [InlineData("tcp", "", true)]
    [InlineData("tcp", ",format=rfc3164", false)]
    [InlineData("tls", "", true)]
    [InlineData("tls", ",format=rfc3164", false)]
    public void Messages_arrive_with_all_that_they_should_have(string way, string settings, bool is5424)
    {
        DateTimeOffset before = DateTimeOffset.UtcNow;
        using (LogDispatcher log = Start(_server.Address(way) + settings))
        {
            ILogger logger = log.CreateLogger("DcpWorker.Engine.Part");
            logger.Log(LogLevel.Warning, new EventId(77), "Grüße <13>1 x\nforged: 漢字 {Text}", "\u001b[2J");
            logger.LogDebug("not at this level");
            logger.LogError("2nd");
            Assert.True(log.Flush(Patience));
        }

        IReadOnlyList<JsValue> messages = _server.WaitFor(_program, 2);

        Assert.Equal(2, messages.Count);
        JsValue first = messages[0];
        Assert.Equal(@"Part: Grüße <13>1 x\nforged: 漢字 \u{1b}[2J", first["msg"].AsString()!.TrimStart(' '));
        Assert.Equal(("local7", "warning"), (first["facility"].AsString(), first["severity"].AsString()));
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), first["procid"].AsString());
        Assert.Equal(is5424 ? "77" : "-", first["msgid"].AsString());
        Assert.Equal(System.Net.Dns.GetHostName(), first["hostname"].AsString());
        Assert.InRange(DateTimeOffset.Parse(first["time"].AsString()!, CultureInfo.InvariantCulture), before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Equal(("err", "Part: 2nd"), (messages[1]["severity"].AsString(), messages[1]["msg"].AsString()!.TrimStart(' ')));
    }

    [RsyslogTheory]
    [InlineData("unix", 8192)]
    [InlineData("udp", 2048)]
    [InlineData("tcp", 8192)]
    [InlineData("tls", 8192)]
    public void A_long_message_is_cut_to_what_its_way_takes_and_the_next_one_is_whole(string way, int octets)
    {
        using (LogDispatcher log = Start(_server.Address(way)))
        {
            ILogger logger = log.CreateLogger("Part");
            logger.LogWarning("{Text}", new string('é', 5000));
            logger.LogWarning("next");
            Assert.True(log.Flush(Patience));
        }

        IReadOnlyList<JsValue> messages = _server.WaitFor(_program, 2);

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(messages[0]["rawmsg"].AsString()!), octets - 64, octets);
        Assert.EndsWith("é", messages[0]["msg"].AsString(), StringComparison.Ordinal);
        Assert.Equal("Part: next", messages[1]["msg"].AsString()!.TrimStart(' '));
    }

    [RsyslogTheory]
    [InlineData("unix")]
    [InlineData("tcp")]
    [InlineData("tls")]
    public void A_server_that_was_away_gets_what_was_said_meanwhile(string way)
    {
        ScriptedSink console = new();
        using LogDispatcher log = LogDispatcher.Start(
            [(new ConsoleSinkOptions(), console), Sink(_server.Address(way))], TimeProvider.System);
        ILogger logger = log.CreateLogger("Part");
        logger.LogInformation("before");
        Assert.True(log.Flush(Patience));
        _server.WaitFor(_program, 1);

        _server.Restart(() =>
        {
            // a stream ends only when its end is noticed: that takes a moment, and a message more to be sure
            Assert.True(SpinWait.SpinUntil(
                () =>
                {
                    logger.LogDebug("looking whether it is gone");
                    log.Flush(TimeSpan.FromSeconds(1));
                    return console.Texts.Any(t => t.StartsWith("The log to syslog", StringComparison.Ordinal));
                },
                Patience));
            logger.LogInformation("meanwhile");
        });
        Assert.True(SpinWait.SpinUntil(() => log.Flush(TimeSpan.FromSeconds(5)), Patience));
        logger.LogInformation("after");
        Assert.True(log.Flush(Patience));

        Assert.True(SpinWait.SpinUntil(() => Texts().Contains("Part: after"), Patience));
        string[] texts = [.. Texts().Where(t => !t.EndsWith("gone", StringComparison.Ordinal))];
        Assert.Equal(["Part: before", "Part: meanwhile", "Part: after"], texts);
        Assert.Contains(console.Texts, t => t.Contains("cannot be written, trying again", StringComparison.Ordinal));
    }

    [RsyslogFact]
    public void A_server_that_nobody_trusts_gets_nothing()
    {
        string folder = Path.GetDirectoryName(_server.CaFile)!;
        (string, string)[] wrong =
        [
            ($"tls://localhost:{_server.TlsPort},ca-file={Path.Combine(folder, "other-ca.pem")}", "another authority"),
            ($"tls://localhost:{_server.TlsPort}", "the system's authorities"),
            ($"tls://127.0.0.1:{_server.TlsPort},ca-file={_server.CaFile}", "another name than the certificate's"),
        ];
        foreach ((string address, string why) in wrong)
        {
            ScriptedSink console = new();
            using LogDispatcher log = LogDispatcher.Start([(new ConsoleSinkOptions(), console), Sink(address)], TimeProvider.System);
            log.CreateLogger("Part").LogInformation("secret");

            Assert.False(log.Flush(Patience), why);
            Assert.True(SpinWait.SpinUntil(() => console.Texts.Count > 0, Patience));
            Assert.Contains("certificate", console.Texts[0], StringComparison.Ordinal);
        }

        using (LogDispatcher log = Start(_server.Address("tls")))
        {
            log.CreateLogger("Part").LogInformation("trusted");
            Assert.True(log.Flush(Patience));
        }

        Assert.Equal("Part: trusted", Assert.Single(_server.WaitFor(_program, 1))["msg"].AsString()!.TrimStart(' '));
    }

    private IEnumerable<string> Texts() => _server.WaitFor(_program, 1).Select(m => m["msg"].AsString()!.TrimStart(' '));

    private LogDispatcher Start(string address) =>
        LogDispatcher.Start([LogSinkText.Parse($"syslog:{address}", _program)], LogSource.OfThisProcess(_program), null, TimeProvider.System);

    private (LogSinkOptions Options, ILogSink Sink) Sink(string address)
    {
        SyslogSinkOptions options = (SyslogSinkOptions)LogSinkText.Parse($"syslog:{address},level=debug", _program);
        return (options, new Engine.Logging.Syslog.SyslogSink(options, LogSource.OfThisProcess(_program)));
    }
}
