using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DcpWorker.Engine.Logging;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>Syslog servers that are no good do not hold up who logs.</summary>
public sealed class SyslogServerFaultTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("tls")]
    public void A_server_that_accepts_and_then_is_silent_costs_no_time_but_the_bounded_end(string transport)
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        LogDispatcher log = Start($"{transport}://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        ILogger logger = log.CreateLogger("Part");
        string text = new('x', 8000);
        long start = Stopwatch.GetTimestamp();
        // more than all buffers of the system take, and more than the queue
        for (int i = 0; i < 10_000; i++)
        {
            logger.LogWarning("{Text}", text);
        }

        log.Dispose();

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 30);
    }

    [Fact]
    public void A_file_of_authorities_that_is_none_is_an_error_at_once()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.Contains(file, Assert.Throws<LogSinkException>(() => Start($"tls://localhost,ca-file={file}")).Message, StringComparison.Ordinal);
            File.WriteAllText(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
            Assert.Throws<LogSinkException>(() => Start($"tls://localhost,ca-file={file}"));
            Assert.Throws<LogSinkException>(() => Start("tls://localhost,ca-file=/no/such/file"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void An_event_log_is_for_Windows()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Throws<LogSinkException>(() => LogDispatcher.Start([new EventLogSinkOptions()], LogSource.OfThisProcess("x"), null, TimeProvider.System));
        }
    }

    private static LogDispatcher Start(string address) =>
        LogDispatcher.Start([LogSinkText.Parse($"syslog:{address}", "dcp-worker")], LogSource.OfThisProcess("dcp-worker"), null, TimeProvider.System);
}
