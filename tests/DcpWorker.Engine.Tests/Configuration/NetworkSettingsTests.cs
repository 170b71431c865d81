using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Tests.Supervision.Support;

namespace DcpWorker.Engine.Tests.Configuration;

/// <summary>What a site sets wins over what the scheduler says, and files written for the network's own worker have their effect.</summary>
public sealed class NetworkSettingsTests : IDisposable
{
    private static readonly Address Account = Address.Parse("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A");
    private static readonly string Said = KvinWriter.Serialize(new JsObject
    {
        ["scheduler"] = new JsObject
        {
            ["compatibility"] = new JsObject { ["minimum"] = new JsObject { ["dcp"] = "^5.0.0" } },
            ["services"] = new JsObject
            {
                ["eventRouter"] = new JsObject { ["location"] = new JsUrl("http://said.example/events/") },
                ["taskDistributor"] = new JsObject { ["location"] = new JsUrl("http://said.example/tasks/") },
            },
        },
        ["packageManager"] = new JsObject { ["location"] = new JsUrl("http://said.example/packages/") },
    });

    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Shipped_defaults_yield_to_the_scheduler_and_settings_of_the_site_win()
    {
        _site.Write("site", "{ scheduler: { services: { eventRouter: { location: url('http://mine.example/events/') } } } }");
        await using TestWebServer web = new(_ => new(200, Said));

        SchedulerConfiguration read = await ReadAsync(web.Location);

        Assert.Equal("http://mine.example/events/", read.Service("eventRouter").AbsoluteUri);
        Assert.Equal("http://said.example/tasks/", read.Service("taskDistributor").AbsoluteUri);
        Assert.Equal("http://said.example/packages/", read.PackageManager.AbsoluteUri);
    }

    [Fact]
    public async Task Another_location_of_the_configuration_is_asked_as_it_stands_with_the_format()
    {
        List<string> asked = [];
        await using TestWebServer web = new(r =>
        {
            asked.Add(r.Path);
            return new(200, Said);
        });
        _site.Environment["DCP_CONFIG_LOCATION"] = new Uri(web.Location, "/elsewhere/own.kvin").AbsoluteUri;

        await ReadAsync(new Uri("http://127.0.0.1:9/"));

        Assert.Equal(["/elsewhere/own.kvin?ver=2.1.0"], asked);
    }

    [Theory]
    [InlineData("{ scheduler: { configLocation: false, services: { eventRouter: { location: url('http://mine.example/events/') } } } }", null)]
    [InlineData("{ scheduler: { services: { eventRouter: { location: url('http://mine.example/events/') } } } }", "")]
    public async Task A_scheduler_that_is_not_to_be_asked_is_not_asked(string file, string? variable)
    {
        _site.Write("site", file);
        if (variable is not null)
        {
            _site.Environment["DCP_CONFIG_LOCATION"] = variable;
        }

        SchedulerConfiguration read = await ReadAsync(new Uri("http://127.0.0.1:9/"));

        Assert.Equal("http://mine.example/events/", read.Service("eventRouter").AbsoluteUri);
        Assert.Throws<SchedulerConfigurationException>(() => read.Service("taskDistributor"));
    }

    [Theory]
    [InlineData("^4.2.0", false)]
    [InlineData("^6.0.0", false)]
    [InlineData(">=4.0.0", true)]
    [InlineData("^5.0.0", true)]
    public void A_scheduler_for_clients_of_other_versions_is_refused(string range, bool serves)
    {
        string text = Said.Replace("^5.0.0", range, StringComparison.Ordinal);
        if (serves)
        {
            SchedulerConfiguration.Parse(new Uri("http://said.example/"), text);
            return;
        }

        Assert.Contains(range, Assert.Throws<SchedulerConfigurationException>(() => SchedulerConfiguration.Parse(new Uri("http://said.example/"), text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_the_networks_own_worker_have_their_effect()
    {
        _site.Write("etc", """
            {
              worker: { cores: { cpu: 3 }, maxSandboxes: 7, leaveGlobalGroup: true, trustComputeGroupOrigins: false, jobAddresses: ['a'], jobIds: false },
              supervisor: {
                sandbox: { generalTimeoutMs: 1000, sandboxCreationTimeoutMs: 2000, progressTimeoutMs: 3000, sliceTimeoutMs: 4000, consecutiveAssignFailureLimit: 5 },
                tuning: { watchdogInterval: 6, maxSandboxSliceRetries: 7, maxProportionOfLongJobs: 0.5, artifactResolutionTimeoutMs: 8000 },
              },
            }
            """);
        ConfigurationTree tree = await _site.ReadAsync();

        WorkerOptions read = WorkerConfiguration.Read(tree, Account, "/r");

        Assert.Empty(tree.Warnings);
        Assert.Equal((3, true, false), (read.Sandboxes, read.LeaveGlobalGroup, read.TrustScheduler));
        Assert.Equal(["a"], read.JobIds);
        Assert.Equal(
            [1, 2, 3, 4],
            ((TimeSpan[])[read.SandboxOptions.GeneralTimeout, read.SandboxOptions.CreationTimeout, read.SandboxOptions.ProgressTimeout, read.SandboxOptions.SliceTimeout]).Select(t => t.TotalSeconds));
        Assert.Equal((5, 6.0, 7, 0.5, 8.0), (read.Tuning.MaxAssignFailures, read.Tuning.WatchdogInterval.TotalSeconds, read.Tuning.MaxResultRetries, read.Tuning.MaxLongSliceShare, read.Tuning.ArtifactTimeout.TotalSeconds));
    }

    [Fact]
    public async Task A_name_of_ours_that_is_set_on_purpose_wins_over_the_networks()
    {
        _site.Write("etc", "{ supervisor: { sandbox: { sliceTimeoutMs: 4000 } } }");
        _site.Write("site", "{ supervisor: { sandbox: { sliceTimeout: 9 } } }");

        Assert.Equal(9, WorkerConfiguration.Read(await _site.ReadAsync(), Account, "/r").SandboxOptions.SliceTimeout.TotalSeconds);
    }

    [Theory]
    [InlineData("worker: { utilization: 0.5 }", "worker.utilization takes an object")]
    [InlineData("worker: 5", "worker takes an object")]
    [InlineData("worker: { utilization: { cpu: 0 } }", "takes a number from 0.01 to 1")]
    [InlineData("supervisor: { sandbox: true }", "supervisor.sandbox takes an object")]
    public async Task A_section_that_is_no_object_or_no_share_at_all_is_an_error_with_its_place(string member, string message)
    {
        string file = _site.Write("site", $"{{\n {member} }}");
        ConfigurationTree tree = await _site.ReadAsync();

        ConfigurationException e = Assert.Throws<ConfigurationException>(() => WorkerConfiguration.Read(tree, Account, "/r"));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.StartsWith(file + ":2: ", e.Message, StringComparison.Ordinal);
    }

    private async Task<SchedulerConfiguration> ReadAsync(Uri scheduler)
    {
        using HttpClient http = new();
        return await SchedulerConfiguration.ReadAsync(scheduler, NetworkSettings.Read(await _site.ReadAsync()), http, CancellationToken.None);
    }
}
