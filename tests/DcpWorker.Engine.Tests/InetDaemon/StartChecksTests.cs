using System.Net;
using DcpWorker.Engine.InetDaemon;
using Microsoft.Extensions.Logging.Abstractions;
using Daemon = DcpWorker.Engine.InetDaemon.InetDaemon;

namespace DcpWorker.Engine.Tests.InetDaemon;

public sealed class StartChecksTests
{
    private static readonly InetDaemonOptions Good = TestDaemon.Options(new EvaluatorCommand { Program = "/bin/cat" });

    [Fact]
    public void Listening_beyond_loopback_needs_a_list_of_who_may_connect()
    {
        InetDaemonOptions open = Good with { Listen = new IPEndPoint(IPAddress.Any, 0) };
        Assert.Equal("NotLoopback", CodeOf(open));
        Assert.Null(CodeOf(open with { AllowFrom = [IPNetwork.Parse("10.1.0.0/16")] }));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said()
    {
        await using Daemon first = Daemon.Start(Good, NullLogger.Instance);
        Assert.Equal("CannotListen", CodeOf(Good with { Listen = first.Endpoint }));
    }

    [Theory]
    [InlineData("/nowhere/dcp-evaluator")]
    [InlineData("cat")]
    [InlineData("/etc/passwd")]
    public void What_cannot_be_run_is_refused_at_once(string program) =>
        Assert.Equal("EvaluatorNotFound", CodeOf(Good with { Evaluator = new EvaluatorCommand { Program = program } }));

    [Fact]
    public void Root_must_name_a_user_or_take_the_risk_and_others_cannot_change_user()
    {
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Equal("RunningAsRoot", CodeOf(Good with { RunAs = null }));
            Assert.Null(CodeOf(Good with { RunAs = null, AllowRoot = true }));
        }
        else
        {
            Assert.Equal("CannotChangeUser", CodeOf(Good with { RunAs = BuiltEvaluator.Nobody }));
        }
    }

    [Fact]
    public void Limits_that_make_no_sense_are_refused()
    {
        Assert.Equal("BadOptions", CodeOf(Good with { MaxConnections = 0 }));
        Assert.Equal("BadOptions", CodeOf(Good with { Nice = 20 }));
    }

    private static string? CodeOf(InetDaemonOptions options)
    {
        try
        {
            Daemon.Start(options, NullLogger.Instance).DisposeAsync().AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (InetDaemonException error)
        {
            return error.Code;
        }
    }
}
