using DcpWorker.Cli.Demo;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests;

/// <summary>A scheduler, an inet-daemon and a worker: the built programs, shared by the tests of a class.</summary>
public sealed class Site : IAsyncLifetime
{
    private DemoSite? _site;

    internal string Scheduler => _site!.Scheduler.AbsoluteUri;

    /// <summary>Runs dcp-worker; fails, with the reason, when one of the site's programs ends meanwhile.</summary>
    internal Task<Finished> RunAsync(string resources, params string[] arguments) =>
        _site!.WhileItRunsAsync(ct => Finished.RunAsync(resources, arguments, ct), CancellationToken.None);

    public async Task InitializeAsync() =>
        _site = await DemoSite.StartAsync(Path.GetDirectoryName(Built.Program("dcp-worker"))!, 2, CancellationToken.None);

    public async Task DisposeAsync() => await _site!.DisposeAsync();
}
