using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Configuration;

public sealed class ConfigSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Tool _tool;

    public ConfigSetTests() => _tool = new Tool(_folder);

    private string Site => Path.Combine(_folder.Path, "dcp-site-config.js");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("worker.maxSandboxes", "5", "5")]
    [InlineData("worker.leavePublicGroup", "true", "true")]
    [InlineData("worker.paymentAddress", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "\"0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf\"")]
    [InlineData("scheduler.location.href", "http://127.0.0.1:8080/", "\"http://127.0.0.1:8080/\"")]
    [InlineData("bank.location.port", "http://127.0.0.1:8081/", "\"8081\"")]
    [InlineData("site.motto", "work and 'rest'", "\"work and 'rest'\"")]
    [InlineData("site.place.hostname", "url('https://example.org/x')", "\"example.org\"")]
    [InlineData("worker.jobIds", "[\"a\",\"b\"]", "[\n  \"a\",\n  \"b\"\n]")]
    [InlineData("worker.watchdogInterval", "undefined", "undefined")]
    public async Task What_is_set_is_what_is_got(string key, string value, string printed)
    {
        string member = key.Split('.')[^1];
        string target = member is "href" or "port" or "hostname" ? key[..^(member.Length + 1)] : key;
        Finished set = await _tool.RunAsync("config", "set", target, value);
        Assert.Equal((0, ""), (set.ExitCode, set.Errors));

        Finished get = await _tool.RunAsync("config", "get", key);
        Assert.Equal(printed + "\n", get.Output);
    }

    [Fact]
    public async Task Comments_and_the_rest_of_the_file_stay()
    {
        File.WriteAllText(Site, "/* ours */\n{\n  worker: { maxSandboxes: 2 /* small */, }, // more later\n}\n");
        await _tool.RunAsync("config", "set", "worker.maxSandboxes", "4");
        Assert.Equal("/* ours */\n{\n  worker: { maxSandboxes: 4 /* small */, }, // more later\n}\n", File.ReadAllText(Site));
    }

    [Theory]
    [InlineData("worker.maxSandboxes", "0", "from 1 to 4096")]
    [InlineData("worker.maxSandboxes", "many", "whole number")]
    [InlineData("worker.paymentAddress", "0x12", "address")]
    [InlineData("scheduler.location", "nowhere", "URL")]
    [InlineData("worker.computeGroups", "7", "worker.computeGroups")]
    [InlineData("worker.pauseWhen", "[\"load > bananas\"]", "worker.pauseWhen")]
    [InlineData("logging.console.level", "bogus", "logging.console.level")]
    [InlineData("evaluator.listen", "undefined", "Invalid URL")]
    [InlineData("worker.computeGroups", "{\"a\":{\"joinKey\":\"a\",\"joinSecret\":\"********\"}}", "secret")]
    [InlineData("scheduler.location", "https://joe:********@scheduler.example/", "secret")]
    [InlineData("not a path", "7", "path of a key")]
    public async Task A_value_that_does_not_fit_is_refused_and_the_file_untouched(string key, string value, string reason)
    {
        File.WriteAllText(Site, "{}");
        Finished run = await _tool.RunAsync("config", "set", key, value);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal("{}", File.ReadAllText(Site));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_mended()
    {
        File.WriteAllText(Site, "{ scheduler: { location: url('nowhere') } }");
        Assert.Equal(0, (await _tool.RunAsync("config", "set", "scheduler.location", "http://127.0.0.1:1/")).ExitCode);
        Assert.Equal("{ scheduler: { location: url(\"http://127.0.0.1:1/\") } }", File.ReadAllText(Site));
    }

    [Fact]
    public async Task A_dry_run_prints_the_file_and_writes_nothing()
    {
        Finished run = await _tool.RunAsync("config", "set", "worker.maxSandboxes", "4", "--dry-run");

        Assert.Contains("maxSandboxes: 4,", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Site));
    }

    [Fact]
    public async Task A_site_file_that_is_a_link_to_the_default_file_is_not_written()
    {
        string shipped = _folder.Write("dcp-default-config.js", "{}");
        File.CreateSymbolicLink(Site, shipped);
        Finished run = await _tool.RunAsync("config", "set", "worker.maxSandboxes", "4");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("{}", File.ReadAllText(shipped));
    }

    [Fact]
    public async Task A_stronger_layer_that_wins_all_the_same_is_named()
    {
        string stronger = _folder.Write("dcp/override-dcp-config.js", "{ worker: { maxSandboxes: 9 } }");
        Finished run = await _tool.RunAsync("config", "set", "worker.maxSandboxes", "4");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(stronger, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }
}
