using DcpWorker.Engine.Tests.Deployment;
using DcpWorker.Engine.Tests.InetDaemon;

namespace DcpWorker.Engine.Tests.Diagnostics;

/// <summary>The real dcp-scheduler and a daemon with real evaluators, shared by the tests of a class.</summary>
public sealed class HostPeers : IAsyncLifetime
{
    private SchedulerProgram? _scheduler;
    private TestDaemon? _daemon;

    internal Uri Scheduler => _scheduler!.Location;

    internal string Evaluators => $"tcp://{_daemon!.Daemon.Endpoint}/";

    public async Task InitializeAsync()
    {
        _scheduler = await SchedulerProgram.StartAsync(CancellationToken.None);
        _daemon = TestDaemon.OfEvaluators();
    }

    public async Task DisposeAsync()
    {
        await _daemon!.DisposeAsync();
        await _scheduler!.DisposeAsync();
    }
}
