using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Logging.Files;
using DcpWorker.Engine.Logging.Syslog;
using DcpWorker.Engine.Tests.Configuration;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>The section <c>logging</c>.</summary>
public sealed class LoggingConfigurationTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task The_shipped_file_logs_warnings_to_the_console_and_nothing_elsewhere() =>
        Assert.Equal([new ConsoleSinkOptions { Level = LogLevel.Warning }], LoggingConfiguration.Read(await _site.ReadAsync(), "dcp-worker"));

    [Fact]
    public async Task Every_setting_reaches_the_option_it_is_for()
    {
        _site.Write("site", """
            {
              logging: {
                console: { level: 'none' },
                file: { path: '/var/log/dcp/{program}.log', level: 'debug', format: 'json', maxSize: '2MiB', maxAge: 3600, keep: 2 },
                audit: { type: 'file', path: '/audit', maxSize: 5000, level: 'error' },
                syslog: { address: url('udp://loghost:5140/'), facility: 'local3', format: 'rfc3164' },
                far: { type: 'syslog', address: 'tls://far', caFile: '/ca.pem', level: 'critical' },
                gone: undefined,
              },
            }
            """);
        ConfigurationTree tree = await _site.ReadAsync();
        ConfigurationCheck.Validate(tree);
        Assert.Empty(tree.Warnings);
        Assert.Equal(
            [
                new ConsoleSinkOptions { Level = LogLevel.None },
                new FileSinkOptions
                {
                    Path = "/var/log/dcp/dcp-inet-daemon.log", Level = LogLevel.Debug, Format = LogLineFormat.Json, MaxSize = 2 << 20, MaxAge = TimeSpan.FromHours(1), Keep = 2,
                },
                new FileSinkOptions { Path = "/audit", MaxSize = 5000, Level = LogLevel.Error },
                new SyslogSinkOptions { Address = new(SyslogTransport.Udp, "loghost", 5140), Facility = SyslogFacility.Local3, Format = SyslogFormat.Rfc3164 },
                new SyslogSinkOptions { Address = new(SyslogTransport.Tls, "far", 6514), CaFile = "/ca.pem", Level = LogLevel.Critical },
            ],
            LoggingConfiguration.Read(tree, "dcp-inet-daemon"));
    }

    [Theory]
    [InlineData("logging: 'loud'", 1, "logging takes an object")]
    [InlineData("logging: {\nconsole: 'debug' }", 2, "logging.console takes an object such as")]
    [InlineData("logging: {\naudit: { path: '/x' } }", 2, "logging.audit is no kind of log: there are console, file, syslog and eventLog")]
    [InlineData("logging: {\naudit: {\ntype: 'tape' } }", 3, "logging.audit.type takes one of console, file, syslog and eventLog, not \"tape\"")]
    [InlineData("logging: {\nfile: { path: '/x',\nlevle: 'debug' } }", 3, "logging.file.levle is no setting of a file log")]
    [InlineData("logging: {\nfile: { path: '/x',\nlevel: 'loud' } }", 3, "logging.file.level takes trace, debug")]
    [InlineData("logging: {\nfile: { path: '/x',\nkeep: 2.5 } }", 3, "logging.file.keep takes a number of files from 0 to 1000, not \"2.5\"")]
    [InlineData("logging: {\nfile: { path: '/x',\nkeep: [1] } }", 3, "logging.file.keep takes a text or a number")]
    [InlineData("logging: {\nfile: {\npath: 'x.log' } }", 3, "logging.file.path takes the full path of a file, not \"x.log\"")]
    [InlineData("logging: {\nfile: {} }", 2, "logging.file.path is missing")]
    [InlineData("logging: {\nsyslog: {\naddress: 'loghost' } }", 3, "logging.syslog.address takes unix:PATH")]
    public async Task What_is_wrong_is_one_error_with_its_place(string section, int line, string says)
    {
        string file = _site.Write("site", $"{{ {section} }}");
        ConfigurationTree tree = await _site.ReadAsync();

        ConfigurationException error = Assert.Throws<ConfigurationException>(() => ConfigurationCheck.Validate(tree));

        Assert.StartsWith($"{file}:{line}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_scheduler_has_no_say_in_where_a_host_logs_to()
    {
        ConfigurationSources sources = _site.Sources with
        {
            Remote = (new Uri("http://scheduler.example/"), new Engine.Serialization.JsObject
            {
                ["logging"] = new Engine.Serialization.JsObject { ["syslog"] = new Engine.Serialization.JsObject { ["address"] = "udp://evil.example" } },
            }),
        };

        Assert.IsType<ConsoleSinkOptions>(Assert.Single(LoggingConfiguration.Read(await Site.ReadAsync(sources), "dcp-worker")));
    }
}
