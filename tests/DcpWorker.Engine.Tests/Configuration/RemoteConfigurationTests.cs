using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Tests.Support;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Configuration;

public sealed class RemoteConfigurationTests : IDisposable
{
    private const string Tuning = "\"supervisor\":{\"sandbox\":{\"sliceTimeout\":7,\"progressTimeout\":8}}";

    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_workers_start_takes_the_schedulers_tuning_beneath_what_the_site_sets()
    {
        _site.Write("site", "{ supervisor: { sandbox: { progressTimeout: 5 } } }");
        await using TestWebServer scheduler = Serve($"\"scheduler\":{{}},{Tuning}");
        ConfigurationTree tree = await _site.ReadAsync();

        ConfigurationTree merged = await MergeTuningAsync(tree, scheduler.Location);

        Assert.Equal(7, Sandbox(merged).SliceTimeout.TotalSeconds);
        Assert.Equal(5, Sandbox(merged).ProgressTimeout.TotalSeconds);
        Assert.NotEqual(7, Sandbox(tree).SliceTimeout.TotalSeconds);
    }

    [Fact]
    public async Task A_scheduler_that_tunes_nothing_does_not_have_the_files_read_again()
    {
        await using TestWebServer scheduler = Serve("\"scheduler\":{},\"bank\":{}");
        ConfigurationTree tree = await _site.ReadAsync();
        Assert.Same(tree, await MergeTuningAsync(tree, scheduler.Location));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData(null)]
    public async Task A_scheduler_that_does_not_answer_or_says_nonsense_is_left_to_the_worker(string? location)
    {
        await using TestWebServer nonsense = new(_ => new(200, "<html>"));
        ConfigurationTree tree = await _site.ReadAsync();
        Assert.Same(tree, await MergeTuningAsync(tree, location is null ? nonsense.Location : new Uri(location)));
    }

    [Fact]
    public async Task Who_asks_for_the_schedulers_configuration_is_told_when_it_cannot_be_had()
    {
        ConfigurationTree tree = await _site.ReadAsync();
        await Assert.ThrowsAsync<SchedulerUnreachableException>(
            () => RemoteConfiguration.MergeAsync(tree, new Uri("http://127.0.0.1:1/"), _site.Sources, Built.Program("dcp-evaluator"), CancellationToken.None));
    }

    [Fact]
    public async Task Nobody_is_asked_when_the_site_says_so()
    {
        _site.Write("site", "{ scheduler: { configLocation: null } }");
        await using TestWebServer scheduler = Serve($"\"scheduler\":{{}},{Tuning}");
        ConfigurationTree tree = await _site.ReadAsync();
        Assert.Same(tree, await MergeTuningAsync(tree, scheduler.Location));
    }

    private static TestWebServer Serve(string members) => new(_ => new(200, "{\"_serializeVerId\":\"v9\",\"what\":{\"raw\":{" + members + "}}}"));

    private static DcpWorker.Engine.Sandboxes.SandboxOptions Sandbox(ConfigurationTree tree) =>
        WorkerConfiguration.Read(tree, Address.Parse("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"), "/r").SandboxOptions;

    private Task<ConfigurationTree> MergeTuningAsync(ConfigurationTree tree, Uri scheduler) =>
        RemoteConfiguration.MergeTuningAsync(tree, scheduler, _site.Sources, Built.Program("dcp-evaluator"), CancellationToken.None);
}
