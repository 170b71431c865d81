using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Configuration;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Without_any_file_the_shipped_defaults_are_in_force()
    {
        ConfigurationTree tree = await _site.ReadAsync();

        Assert.Equal("tcp://localhost:9000/", Assert.IsType<JsUrl>(tree.Get("evaluator.location")).Href);
        Assert.Equal("9000", tree.Get("inetDaemon.standaloneWorker.net.listen.port").AsString());
        Assert.Empty(tree.Warnings);
        ConfigurationCheck.Validate(tree);
        ConfigurationOrigin origin = tree.OriginOf("worker.watchdogInterval")!;
        Assert.True(origin.IsDefault);
        Assert.Contains("watchdogInterval", File.ReadAllLines(origin.Name)[origin.Line!.Value - 1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_layer_wins_over_those_before_it()
    {
        string[] places = ["etc", "home", "home-program", "site", "program", "override"];
        foreach (string place in places)
        {
            _site.Write(place, $"{{ order: {{ who: '{place}', '{place}': true }} }}");
            Assert.Equal(place, (await _site.GetAsync("order.who")).AsString());
        }

        ConfigurationTree tree = await _site.ReadAsync();
        Assert.All(places, place => Assert.True(tree.Get($"order.{place}").IsTruthy));
    }

    [Fact]
    public async Task The_environment_wins_over_site_and_user_but_not_over_the_system_files_of_the_program()
    {
        _site.Environment["DCP_CONFIG_ORDER"] = "{ who: 'environment' }";
        _site.Write("home-program", "{ order: { who: 'home' } }");
        _site.Write("site", "{ order: { who: 'site' } }");
        Assert.Equal("environment", (await _site.GetAsync("order.who")).AsString());

        _site.Write("program", "{ order: { who: 'program' } }");
        Assert.Equal("program", (await _site.GetAsync("order.who")).AsString());
    }

    [Fact]
    public async Task Empty_locations_mean_no_remote_configuration_and_the_usual_scheduler()
    {
        _site.Environment["DCP_SCHEDULER_LOCATION"] = "";
        _site.Environment["DCP_CONFIG_LOCATION"] = "";
        ConfigurationTree tree = await _site.ReadAsync();

        Assert.True(tree.OriginOf("scheduler.location")!.IsDefault);
        Assert.Same(JsValue.Null, tree.Get("scheduler.configLocation"));
    }

    [Fact]
    public async Task Options_win_over_the_environment()
    {
        _site.Environment["DCP_SCHEDULER_LOCATION"] = "http://127.0.0.1:1/";
        ConfigurationTree tree = await Site.ReadAsync(_site.Sources with { Options = [("scheduler.location", "http://127.0.0.1:2/", "--scheduler")] });

        Assert.Equal("http://127.0.0.1:2/", Assert.IsType<JsUrl>(tree.Get("scheduler.location")).Href);
        Assert.Equal(new ConfigurationOrigin(ConfigurationOriginKind.Option, "--scheduler"), tree.OriginOf("scheduler.location"));
    }

    [Fact]
    public async Task The_remote_configuration_lies_beneath_the_local_one_and_cannot_touch_worker_or_evaluator()
    {
        _site.Write("etc", "{ bank: { location: 'http://127.0.0.1:7/' } }");
        JsObject remote = new()
        {
            ["bank"] = new JsObject { ["location"] = new JsInstance("dcpUrl$$DcpURL", "http://127.0.0.1:8/"), ["fee"] = 1 },
            ["worker"] = new JsObject { ["maxSandboxes"] = 999 },
            ["evaluator"] = new JsObject { ["location"] = "tcp://example.invalid/" },
            ["system"] = new JsObject { ["x"] = 1 },
        };
        ConfigurationTree tree = await Site.ReadAsync(_site.Sources with { Remote = (new Uri("http://127.0.0.1:9/etc"), remote) });

        Assert.Equal("http://127.0.0.1:7/", Assert.IsType<JsUrl>(tree.Get("bank.location")).Href);
        Assert.Equal(1, tree.Get("bank.fee").AsInt32());
        Assert.Equal(ConfigurationOriginKind.Remote, tree.OriginOf("bank.fee")!.Kind);
        Assert.Same(JsValue.Undefined, tree.Get("worker.maxSandboxes"));
        Assert.Equal("tcp://localhost:9000/", Assert.IsType<JsUrl>(tree.Get("evaluator.location")).Href);
        Assert.Same(JsValue.Undefined, tree.Get("system.x"));
    }

    [Theory]
    [InlineData("standaloneWorker")]
    [InlineData("inetDaemon")]
    public async Task A_scheduler_cannot_set_where_evaluators_are_under_any_of_their_names(string section)
    {
        JsObject there = new() { ["location"] = "tcp://192.0.2.1:6666/", ["listen"] = "tcp://0.0.0.0:6666/" };
        JsObject said = section == "inetDaemon" ? new() { ["standaloneWorker"] = new JsObject { ["net"] = there }, ["allowNoLockDown"] = true } : there;
        ConfigurationTree tree = await Site.ReadAsync(_site.Sources with { Remote = (new Uri("http://127.0.0.1:9/etc"), new JsObject { [section] = said }) });

        Assert.DoesNotContain(tree.AllPaths(), path => tree.OriginOf(path)?.Kind == ConfigurationOriginKind.Remote);
        Assert.DoesNotContain("6666", JsonWriter.Write(tree.Root), StringComparison.Ordinal);
        Assert.DoesNotContain(section, SchedulerConfiguration.Parse(new Uri("http://127.0.0.1:9/"), KvinWriter.Serialize(new JsObject { ["scheduler"] = new JsObject(), [section] = said })).Raw.Names);
    }

    [Theory]
    [InlineData("package")]
    [InlineData("default")]
    [InlineData("let")]
    [InlineData("static")]
    [InlineData("eval")]
    [InlineData("Number")]
    [InlineData("undefined")]
    [InlineData("toString")]
    public async Task A_section_whose_name_would_break_or_change_a_fragment_is_no_variable_there(string section)
    {
        _site.Write("site", $"{{ sum: Number('1') + parseInt('2'), none: undefined, name: typeof dcpConfig.{section} }}");
        JsObject remote = new() { [section] = new JsObject { ["x"] = 1 } };
        ConfigurationTree tree = await Site.ReadAsync(_site.Sources with { Remote = (new Uri("http://127.0.0.1:9/etc"), remote) });

        Assert.Equal(3, tree.Get("sum").AsInt32());
        Assert.Same(JsValue.Undefined, tree.Get("none"));
        Assert.Equal("object", tree.Get("name").AsString());
        Assert.Equal(1, tree.Get($"{section}.x").AsInt32());
    }

    [Fact]
    public async Task A_section_is_a_variable_of_the_fragments_after_it()
    {
        _site.Write("etc", "{ mine: { x: 1 }, $y_2: [2] }");
        _site.Write("site", "{ sum: mine.x + $y_2[0] }");
        Assert.Equal(3, (await _site.GetAsync("sum")).AsInt32());
    }

    [Fact]
    public async Task A_json_file_counts_before_a_js_file_of_the_same_name()
    {
        _site.Write("etc", "{ form: 'js' }");
        _site.Write("etc/dcp/dcp-config.json", """{ "form": "json", "list": [1, null] }""");

        ConfigurationTree tree = await _site.ReadAsync();
        Assert.Equal("json", tree.Get("form").AsString());
        Assert.EndsWith("dcp-config.json", tree.OriginOf("form")!.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kvin_file_is_read()
    {
        JsObject value = new() { ["bank"] = new JsObject { ["location"] = new JsUrl("http://127.0.0.1:3/") } };
        _site.Write("etc/dcp/dcp-config.kvin", KvinWriter.Serialize(value));

        Assert.Equal("http://127.0.0.1:3/", Assert.IsType<JsUrl>(await _site.GetAsync("bank.location")).Href);
    }

    [Theory]
    [InlineData("// a comment with a { brace\n/* and { another */\n{ a: 1, /* in */ b: 'x // no comment', }", "a", 3)]
    [InlineData("{\n  a: {\n    'b': [1,\n 2],\n    c: 1,\n  },\n}", "a.c", 5)]
    [InlineData("{ r: /[}/]/g, f: (1, 2),\n t: `x${'}'}y`,\n z: 3 }", "z", 3)]
    [InlineData("// statements\nworker.maxSandboxes = 3;\n\nif (true)\n  dcpConfig.extra = { x: 1 };", "extra.x", 5)]
    [InlineData("return {\n a: 2 }", "a", null)]
    public async Task A_value_knows_the_line_that_set_it(string text, string path, int? line)
    {
        string file = _site.Write("etc", text);

        ConfigurationOrigin origin = (await _site.ReadAsync()).OriginOf(path)!;
        Assert.Equal(file, origin.Name);
        Assert.Equal(line, origin.Line);
    }

    [Fact]
    public async Task A_value_of_a_variable_or_a_json_file_knows_its_place()
    {
        _site.Environment["DCP_CONFIG_WORKER"] = "{ maxSandboxes: 4 }";
        _site.Environment["DCP_CONFIG_MY_OWN"] = "{ x: 1 }";
        string json = _site.Write("etc/dcp/dcp-config.json", "{\n  \"a\": {\n    \"b\": [1] }\n}");

        ConfigurationTree tree = await _site.ReadAsync();
        Assert.Equal(new ConfigurationOrigin(ConfigurationOriginKind.Environment, "DCP_CONFIG_WORKER"), tree.OriginOf("worker.maxSandboxes"));
        Assert.Equal(new ConfigurationOrigin(ConfigurationOriginKind.Environment, "DCP_CONFIG_MY_OWN"), tree.OriginOf("myOwn.x"));
        Assert.Equal(new ConfigurationOrigin(ConfigurationOriginKind.File, json, 3), tree.OriginOf("a.b"));

        _site.Environment["DCP_CONFIG_WORKER"] = "{ maxSandboxes: }";
        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(_site.ReadAsync);
        Assert.StartsWith("DCP_CONFIG_WORKER: SyntaxError", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_named_and_not_there_is_an_error_but_one_of_the_environment_may_be_made_later()
    {
        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(() => Site.ReadAsync(_site.Sources with { ConfigRoot = "/no/such/folder" }));
        Assert.Contains("/no/such/folder", e.Message, StringComparison.Ordinal);

        Directory.Delete(_site.Environment["DCP_CONFIG_ROOT"]);
        Assert.True((await _site.ReadAsync()).OriginOf("worker.maxSlices")?.IsDefault ?? true);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_entered_is_not_taken_as_an_empty_one()
    {
        string file = _site.Write("site", "{ worker: { maxSandboxes: 3 } }");
        string folder = Path.GetDirectoryName(file)!;
        File.SetUnixFileMode(folder, UnixFileMode.None);
        try
        {
            if (Environment.IsPrivilegedProcess)
            {
                Assert.Equal(3, (await _site.GetAsync("worker.maxSandboxes")).AsInt32());
                return;
            }

            ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(_site.ReadAsync);
            Assert.Contains(folder, e.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Theory]
    [InlineData("{ a: }", 1, "SyntaxError")]
    [InlineData("// one\n\n{\n  a: 1\n  b: 2\n}", 5, "SyntaxError")]
    [InlineData("{ a: 1,\n  b: nosuch }", 2, "nosuch is not defined")]
    [InlineData("\n\nnewthing = 5", 3, "newthing is not defined")]
    [InlineData("let x = 1;\nlet y = require('fs')", 2, "require() is not available in a configuration file")]
    [InlineData("{ a: process.env.HOME }", 1, "write env.NAME")]
    [InlineData("{ scheduler:\n  { location: 'no url' } }", 2, "scheduler.location holds a URL")]
    [InlineData("{\n  a: { b: function () {} } }", 2, "Unable to merge function value into a.b")]
    [InlineData("{ a: new Date(0) }", 1, "Unable to merge Date object into a")]
    [InlineData("return 'abc'", null, "Unable to merge string value 'abc'")]
    public async Task A_faulty_fragment_is_one_error_that_names_file_line_and_cause(string text, int? line, string cause)
    {
        string file = _site.Write("etc", text);

        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(_site.ReadAsync);
        Assert.Contains(cause, e.Message, StringComparison.Ordinal);
        Assert.Equal(file, e.Origin!.Name);
        Assert.Equal(line, e.Origin.Line);
    }

    [Fact]
    public async Task A_fragment_that_does_not_end_is_stopped_at_the_time_limit()
    {
        string file = _site.Write("etc", "for (;;);");

        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(() => Site.ReadAsync(_site.Sources with { TimeLimit = TimeSpan.FromSeconds(0.5) }));
        Assert.Contains("not evaluated within 0.5 s", e.Message, StringComparison.Ordinal);
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new Promise(() => {})")]
    [InlineData("(async () => await new Promise(() => {}))()")]
    [InlineData("new Promise(() => { setTimeout(() => {}, 1); })")]
    [InlineData("new Promise((kept) => { setTimeout(kept, 1e8); })")]
    public async Task A_promise_that_nobody_keeps_is_one_error_that_names_it(string promise)
    {
        string file = _site.Write("etc", $"{{\n  mine: {{ a: {promise} }} }}");

        // by the clock the evaluator has 15 times as long, after which nobody could say which one it was
        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(() => Site.ReadAsync(_site.Sources with { TimeLimit = TimeSpan.FromSeconds(5) }));
        Assert.StartsWith($"{file}:2: mine.a is a promise that is not kept", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_promise_may_take_its_time()
    {
        _site.Write("etc", "{ a: new Promise((kept) => { let n = 0; const t = setInterval(() => { if (++n === 20) { clearInterval(t); kept({ b: n }); } }, 10); }), c: Promise.resolve(1) }");

        ConfigurationTree tree = await _site.ReadAsync();
        Assert.Equal(20, tree.Get("a.b").AsInt32());
        Assert.Equal(1, tree.Get("c").AsInt32());
    }

    [Fact]
    public async Task An_evaluator_that_the_machine_has_no_time_for_is_waited_for()
    {
        _site.Write("etc", "{ mine: 1 }");
        string slow = _site.WriteProgram("slow-evaluator", $"sleep 1; exec {Site.Evaluator} \"$@\"");

        ConfigurationTree tree = await ConfigurationReader.ReadAsync(_site.Sources with { TimeLimit = TimeSpan.FromSeconds(0.9) }, slow, CancellationToken.None);
        Assert.Equal(1, tree.Get("mine").AsInt32());
    }

    [Fact]
    public async Task An_evaluator_that_hangs_without_computing_is_given_up_in_the_end()
    {
        string file = _site.Write("etc", "{ mine: 1 }");
        string stuck = _site.WriteProgram("stuck-evaluator", "exec sleep 60");

        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(
            () => ConfigurationReader.ReadAsync(_site.Sources with { TimeLimit = TimeSpan.FromSeconds(0.1) }, stuck, CancellationToken.None));
        Assert.Contains("not evaluated within 0.1 s", e.Message, StringComparison.Ordinal);
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fragment_that_eats_memory_is_stopped_at_the_memory_limit()
    {
        _site.Write("etc", "let all = []; for (;;) all.push(new Array(10000).fill({}));");

        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(() => Site.ReadAsync(_site.Sources with { TimeLimit = TimeSpan.FromSeconds(60) }));
        Assert.Contains("could not be evaluated", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_2020_and_of_today_mean_the_same_evaluator()
    {
        _site.Write("site", "{ standaloneWorker: { listen: url('tcp://localhost:9009/'), location: url('tcp://localhost:9009/') } }");

        ConfigurationTree tree = await _site.ReadAsync();
        Assert.Equal("9009", tree.Get("inetDaemon.standaloneWorker.net.listen.port").AsString());
        Assert.Equal("tcp://localhost:9009/", Assert.IsType<JsUrl>(tree.Get("evaluator.location")).Href);
        Assert.Empty(tree.Warnings);
    }

    [Fact]
    public async Task Listen_and_location_that_do_not_agree_are_a_warning()
    {
        _site.Write("site", "{ evaluator: { listen: url('tcp://localhost:9009/') } }");

        string warning = Assert.Single((await _site.ReadAsync()).Warnings);
        Assert.Contains("localhost:9009", warning, StringComparison.Ordinal);
        Assert.Contains("localhost:9000", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_key_of_our_own_sections_is_a_warning_with_the_nearest_name()
    {
        string file = _site.Write("site", "{ worker: { maxSandboxs: 3 }, mine: { anything: 1 } }");

        Assert.Equal(
            $"{file}:1: worker.maxSandboxs is not known here and has no effect. Is worker.maxSandboxes meant?",
            Assert.Single((await _site.ReadAsync()).Warnings));
    }

    [Theory]
    [InlineData("worker: { maxSandboxes: 'many' }", "worker.maxSandboxes takes a whole number, not \"many\"")]
    [InlineData("worker: { maxSandboxes: 0 }", "worker.maxSandboxes takes a whole number from 1 to 4096, not 0")]
    [InlineData("worker: { utilization: { cpu: 80 } }", "worker.utilization.cpu takes a number from 0.01 to 1, not 80")]
    [InlineData("worker: { paymentAddress: '0x12' }", "worker.paymentAddress takes an address")]
    [InlineData("worker: { leavePublicGroup: 1 }", "worker.leavePublicGroup takes true or false, not 1")]
    [InlineData("inetDaemon: { nice: 20 }", "inetDaemon.nice takes a whole number from 0 to 19, not 20")]
    public async Task A_value_of_the_wrong_type_or_range_is_an_error_with_file_and_line(string member, string message)
    {
        string file = _site.Write("site", $"{{\n\n  {member},\n}}");
        ConfigurationTree tree = await _site.ReadAsync();

        ConfigurationException e = Assert.Throws<ConfigurationException>(() => ConfigurationCheck.Validate(tree));
        Assert.StartsWith($"{file}:3: {message}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_of_a_fragment_is_the_one_asked_for()
    {
        _site.Environment["MY_PORT"] = "9123";
        _site.Write("etc", "{ port: Number(env.MY_PORT), none: env.NOT_SET }");

        ConfigurationTree tree = await _site.ReadAsync();
        Assert.Equal(9123, tree.Get("port").AsInt32());
        Assert.Same(JsValue.Undefined, tree.Get("none"));
    }
}
