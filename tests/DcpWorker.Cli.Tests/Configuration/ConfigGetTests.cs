using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Configuration;

public sealed class ConfigGetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Tool _tool;
    private readonly string _site;

    public ConfigGetTests()
    {
        _tool = new Tool(_folder);
        _site = _folder.Write("dcp-site-config.js", "// the site\n{\n  worker: {\n    maxSandboxes: 3,\n    computeGroups: [{ joinKey: 'g', joinSecret: 'hush' }, { joinKey: 'h', joinSecret: ['hush'] }],\n  },\n  site: { place: url('https://joe:hush@site.example/') },\n}\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_unknown_key_is_an_error_with_the_nearest_names_when_strict()
    {
        Finished run = await _tool.RunAsync("config", "get", "--strict", "worker.maxSandboxes", "worker.maxSandboxs");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("worker.maxSandboxes", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_key_without_a_value_is_none_that_strict_refuses()
    {
        Finished run = await _tool.RunAsync("config", "get", "--strict", "worker.paymentAddress");
        Assert.Equal((0, "undefined\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Origins_are_file_and_line()
    {
        Finished run = await _tool.RunAsync("config", "get", "--origins", "worker.maxSandboxes", "worker.watchdogInterval");

        Assert.Equal($"3 // {_site}:4", run.Lines[0]);
        Assert.Matches(@"^7 // .*dcp-default-config\.js:\d+$", run.Lines[1]);
    }

    [Fact]
    public async Task Json_is_one_object_with_an_entry_for_each_key()
    {
        Finished run = await _tool.RunAsync("config", "get", "--json", "--origins", "scheduler.location", "worker.maxSandboxes", "no.such");
        JsValue answer = JsonReader.Parse(run.Output);

        Assert.Equal("https://scheduler.distributed.computer/", answer["scheduler.location"]["value"].AsString());
        Assert.Equal(3, answer["worker.maxSandboxes"]["value"].AsInt32());
        Assert.Equal((_site, 4), (answer["worker.maxSandboxes"]["origin"].AsString(), answer["worker.maxSandboxes"]["line"].AsInt32()));
        Assert.True(answer["no.such"]["value"] is JsNull);
    }

    [Fact]
    public async Task Every_key_is_listed()
    {
        Finished run = await _tool.RunAsync("config", "get", "--all", "--keys");

        Assert.Contains("worker.utilization.cpu", run.Lines);
        Assert.Contains("evaluator.listen", run.Lines);
    }

    [Theory]
    [InlineData("--all")]
    [InlineData("--all", "--json")]
    [InlineData("--all", "--origins")]
    [InlineData("worker.computeGroups")]
    [InlineData("worker.computeGroups.0.joinSecret")]
    [InlineData("worker.computeGroups.1.joinSecret.0")]
    [InlineData("site.place")]
    [InlineData("site.place.href")]
    [InlineData("site.place.auth")]
    [InlineData("site.place.href", "--json", "--origins")]
    public async Task A_secret_is_never_printed(params string[] arguments)
    {
        Finished run = await _tool.RunAsync(["config", "get", .. arguments]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("********", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_odd_in_a_file_is_said_on_stderr_and_only_there()
    {
        File.WriteAllText(_site, "{ worker: { maxSandboxs: 3 } }");
        Finished run = await _tool.RunAsync("config", "get", "worker.maxSandboxes");

        Assert.Equal((0, "undefined\n"), (run.ExitCode, run.Output));
        Assert.Contains("Is worker.maxSandboxes meant?", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_wrong_is_named_with_the_line()
    {
        File.WriteAllText(_site, "{\n  worker: {\n    maxSandboxes: = 3,\n  },\n}\n");
        Finished run = await _tool.RunAsync("config", "get", "worker.maxSandboxes");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains($"{_site}:3", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_folder_can_be_named()
    {
        _folder.Write("other/dcp-site-config.js", "{ worker: { maxSandboxes: 8 } }");
        Assert.Equal("8\n", (await _tool.RunAsync("config", "get", "worker.maxSandboxes", "--config-root", "other")).Output);

        Finished nowhere = await _tool.RunAsync("config", "get", "--all", "--config-root", "nowhere");
        Assert.Equal((1, ""), (nowhere.ExitCode, nowhere.Output));
    }
}
