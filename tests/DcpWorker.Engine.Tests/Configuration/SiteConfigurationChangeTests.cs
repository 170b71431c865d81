using System.Text;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Configuration;

/// <summary>No value gets into the site's file with which the file, or the configuration, is worse than before.</summary>
public sealed class SiteConfigurationChangeTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    public static TheoryData<string, JsValue, string> Unusable() => new()
    {
        { "scheduler.location", new JsUrl("scheduler.example"), "Invalid URL" },
        { "scheduler.location", "scheduler.example", "takes a URL" },
        { "evaluator.listen", JsValue.Undefined, "Invalid URL" },
        { "logging.file", new JsObject { ["path"] = "/var/log/x", ["level"] = "bogus" }, "logging.file.level" },
        { "worker.pauseWhen", JsArray.OfStrings(["load > bananas"]), "worker.pauseWhen" },
        { "worker.pauseMode", "now", "worker.pauseMode takes" },
        { "worker.allowOrigins.any", JsArray.OfStrings(["nowhere"]), "worker.allowOrigins.any" },
        { "inetDaemon.allowFrom", JsArray.OfStrings(["everywhere"]), "inetDaemon.allowFrom" },
        { "worker.maxSandboxes", 0, "from 1 to 4096" },
        { "worker.maxSandboxes", double.NaN, "takes a whole number" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task A_value_that_the_configuration_could_not_be_used_with_is_refused_and_the_file_stays(string key, JsValue value, string reason)
    {
        string file = _site.Write("site", "{ worker: { maxSlices: 3 } }");

        ConfigurationValueException e = await Assert.ThrowsAsync<ConfigurationValueException>(() => SetAsync(file, key, value));
        Assert.Equal(ConfigurationValueException.Invalid, e.Code);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Equal("{ worker: { maxSlices: 3 } }", File.ReadAllText(file));
    }

    [Fact]
    public async Task What_was_wrong_before_can_be_mended_one_value_after_the_other()
    {
        string file = _site.Write("site", "{ scheduler: { location: url('nowhere') }, worker: { maxSandboxes: 0, pauseMode: 'now' } }");

        await Assert.ThrowsAsync<ConfigurationException>(() => SetAsync(file, "worker.maxSlices", 1));
        File.WriteAllText(file, "{ scheduler: { location: url('nowhere') }, worker: { maxSlices: 1 } }");
        await SetAsync(file, "scheduler.location", new JsUrl("http://127.0.0.1:1/"));
        File.WriteAllText(file, "{ worker: { maxSandboxes: 0, pauseMode: 'now' } }");
        await SetAsync(file, "worker.maxSandboxes", 1);
        await Assert.ThrowsAsync<ConfigurationValueException>(() => SetAsync(file, "worker.maxSandboxes", 5000));
        await SetAsync(file, "worker.pauseMode", "stop");
        ConfigurationCheck.Validate(await _site.ReadAsync());
    }

    [Fact]
    public async Task A_structure_is_what_was_given_to_the_last_member()
    {
        string file = Path.Combine(_site.Path, "opt", "dcp-site-config.js");
        JsObject value = new()
        {
            ["url"] = new JsUrl("http://127.0.0.1:1/"),
            ["none"] = JsValue.Undefined,
            ["null"] = JsValue.Null,
            ["numbers"] = new JsArray(double.NaN, double.NegativeInfinity, -0.0, 1e300, new JsBigInt(12)),
            ["pattern"] = new JsRegExp("a\\/'b", "gi"),
            ["__proto__"] = new JsObject { ["a-b"] = true },
            ["symbol"] = new JsSymbol("scheduler.location"),
        };
        await SetAsync(file, "site.all", value);

        JsValue read = await _site.GetAsync("site.all");
        Assert.IsType<JsUrl>(read["url"]);
        Assert.Same(JsValue.Undefined, read["none"]);
        Assert.True(((JsObject)read).Has("none"));
        Assert.Same(JsValue.Null, read["null"]);
        JsArray numbers = Assert.IsType<JsArray>(read["numbers"]);
        Assert.True(double.IsNaN(numbers[0].AsNumber()!.Value));
        Assert.True(double.IsNegative(numbers[2].AsNumber()!.Value));
        Assert.IsType<JsBigInt>(numbers[4]);
        Assert.Equal("/a\\/'b/gi", Assert.IsType<JsRegExp>(read["pattern"]).ToString());
        Assert.Equal("scheduler.location", Assert.IsType<JsSymbol>(read["symbol"]).Description);
    }

    [Theory]
    [InlineData("{ worker: { maxSandboxes: 2, ...{ maxSandboxes: 4 } } }")]
    [InlineData("{ ['worker']: { maxSlices: 3 } }")]
    [InlineData("{ 'wor\\u006ber': { maxSlices: 3 } }")]
    [InlineData("{ ...{ worker: { maxSlices: 3 } } }")]
    [InlineData("{ get worker() { return { maxSlices: 3 }; } }")]
    public async Task What_would_not_be_that_change_alone_is_refused(string text)
    {
        string file = _site.Write("site", text);

        ConfigurationValueException e = await Assert.ThrowsAsync<ConfigurationValueException>(() => SetAsync(file, "worker.maxSandboxes", 5));
        Assert.Contains("by hand", e.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Fact]
    public async Task What_is_another_each_time_is_no_change_of_ours()
    {
        string file = _site.Write("site", "{ seed: Math.random(), worker: dcpConfig.none || { }, bank: { at: Date.now() } }");
        await Assert.ThrowsAsync<ConfigurationException>(() => SetAsync(file, "worker.maxSandboxes", 5));
        await SetAsync(file, "bank.name", "b");
        Assert.Equal("b", (await _site.GetAsync("bank.name")).AsString());
    }

    [Fact]
    public async Task The_value_of_a_list_is_what_the_file_says_though_weaker_layers_add_to_it()
    {
        _site.Write("etc", "{ worker: { jobIds: ['a'] } }");
        string file = _site.Write("site", "{}");
        await SetAsync(file, "worker.jobIds", JsArray.OfStrings(["b"]));
        Assert.Equal(["a", "b"], ((JsArray)await _site.GetAsync("worker.jobIds")).Strings());
    }

    [Fact]
    public async Task The_bytes_of_the_file_stay_its_mark_and_line_ends_too()
    {
        byte[] before = [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes("// Größe\r\n{\r\n  worker: { maxSandboxes: 3 }, // für\r\n}\r\n")];
        string file = _site.Write("site", "");
        File.WriteAllBytes(file, before);

        SiteConfigurationChange change = await ProveAsync(file, "worker.maxSandboxes", 3);
        Assert.True(change.IsNone);
        await SetAsync(file, "worker.maxSandboxes", 4);
        before[Array.IndexOf(before, (byte)'3')] = (byte)'4';
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'/', (byte)'/', 0xf6, (byte)'\n', (byte)'{', (byte)'}' })]
    [InlineData(new byte[] { 0xff, 0xfe, (byte)'{', 0, (byte)'}', 0 })]
    public async Task A_file_of_another_encoding_is_refused(byte[] content)
    {
        string file = _site.Write("site", "");
        File.WriteAllBytes(file, content);

        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(() => SetAsync(file, "worker.maxSandboxes", 4));
        Assert.StartsWith($"{file}: is not in UTF-8", e.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllBytes(file));
    }

    [Fact]
    public async Task What_somebody_else_wrote_meanwhile_is_not_written_over()
    {
        string file = _site.Write("site", "{}");
        SiteConfigurationChange change = await ProveAsync(file, "worker.maxSandboxes", 3);
        File.WriteAllText(file, "{ theirs: 1 }");

        Assert.Throws<ConfigurationException>(change.Write);
        Assert.Equal("{ theirs: 1 }", File.ReadAllText(file));
    }

    private async Task SetAsync(string file, string key, JsValue value)
    {
        SiteConfigurationChange change = await ProveAsync(file, key, value);
        change.Write();
        Assert.Equal(change.Text, File.ReadAllText(file));
    }

    private Task<SiteConfigurationChange> ProveAsync(string file, string key, JsValue value) =>
        SiteConfigurationChange.ProveAsync(_site.Sources, file, key, value, Site.Evaluator, CancellationToken.None);
}
