using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests;

public sealed class JobRunTests(Site site) : IClassFixture<Site>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Results_of_a_range_are_printed_in_order()
    {
        Finished run = await RunAsync("async (x, more) => { progress(); return x * x + more; }", "--range", "1..20", "--args", "[1000]");

        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(Enumerable.Range(1, 20).Select(x => $"{(x * x) + 1000}"), run.Lines);
    }

    [Fact]
    public async Task Values_of_every_kind_that_JSON_knows_go_there_and_back()
    {
        const string Data = """[1,"zwei – 2",[3,[4]],{"five":6,"seven":null},true,1e300,"",{}]""";
        Finished run = await RunAsync("x => { progress(); return x; }", "--data", "@" + _folder.Write("data.json", Data));

        Assert.Equal("", run.Errors);
        Assert.Equal(Data, "[" + string.Join(',', run.Lines).Replace("1e+300", "1e300", StringComparison.Ordinal) + "]");
    }

    [Fact]
    public async Task A_work_function_that_throws_is_told_by_slice_and_exit_code()
    {
        Finished run = await RunAsync("x => { progress(); if (x === 2) throw new Error('not two'); return x; }", "--range", "1..3");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(run.ErrorLines, line => line.Contains("slice 2", StringComparison.Ordinal) && line.Contains("not two", StringComparison.Ordinal));
        Assert.Equal(["1", "3"], run.Lines);
    }

    [Fact]
    public async Task What_a_slice_writes_to_its_console_is_shown_without_control_characters()
    {
        Finished run = await RunAsync("x => { progress(); console.log('says', '\\x1b[31m' + x, { y: [x] }); return x; }", "--range", "7..7");

        Assert.Equal("7", run.Output.Trim() + (run.ExitCode == 0 ? "" : run.Errors));
        Assert.Contains("slice 1 console.log: says [31m7 {\"y\":[7]}", run.ErrorLines);
    }

    [Fact]
    public async Task What_a_slice_writes_is_one_line_however_long_it_is()
    {
        Finished run = await RunAsync("x => { progress(); console.log('slice 2 threw up '.repeat(60)); return x; }", "--range", "7..7");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("slice 1 console.log: " + string.Concat(Enumerable.Repeat("slice 2 threw up ", 60)), run.ErrorLines);
        Assert.DoesNotContain(run.ErrorLines, line => line.StartsWith("slice 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_JSON_cannot_hold_is_printed_in_its_KVIN_form()
    {
        Finished run = await RunAsync("x => { progress(); return [NaN, undefined, new Set([1]), [null], -0][x]; }", "--range", "0..4");

        Assert.Equal(0, run.ExitCode);
        Assert.All(run.Lines.Take(3), line => Assert.StartsWith("{\"_serializeVerId\":", line, StringComparison.Ordinal));
        Assert.Equal(["[null]", "0"], run.Lines.Skip(3));
    }

    [Fact]
    public async Task With_json_everything_is_an_object_with_time_and_event()
    {
        Finished run = await RunAsync("x => { progress(); work.emit('mine', { x }); return new Uint8Array([x, 2]); }", "--range", "1..2", "--json");

        Assert.Equal(0, run.ExitCode);
        List<JsValue> events = [.. run.Lines.Select(line => JsonReader.Parse(line))];
        Assert.All(events, e => Assert.Matches("^[0-9-]{10}T[0-9:.]{12}Z$", e["time"].AsString()!));
        Assert.Equal("jobAccepted", events[0]["event"].AsString());
        Assert.Equal(2, events[0]["slices"].AsInt32());
        Assert.Equal(2, events.Count(e => e["event"].AsString() == "resultReceived" && e["value"]["1"].AsInt32() == 2));
        Assert.Equal(2, events.Count(e => e["event"].AsString() == "jobCustomEvent" && e["name"].AsString() == "mine" && e["data"]["x"].AsInt32() > 0));
        Assert.Equal("finished", events[^1]["status"].AsString());
    }

    [Fact]
    public async Task A_scheduler_that_answers_as_somebody_else_is_refused_at_once()
    {
        // each service has been seen, with another key
        const string Stranger = "0x00000000000000000000000000000000000000Ff";
        string cache = string.Join(',', new[] { "job-submit", "result-submitter", "event-router", "compute-groups" }
            .Select(service => $"\"{site.Scheduler}{service}/\":\"{Stranger}\""));
        _folder.Write("identity-cache.json", $"{{{cache}}}");

        Finished run = await RunAsync("x => { progress(); return x; }", "--range", "1..3");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains(Stranger, run.ErrorLines[^1], StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("trying again", run.Errors, StringComparison.Ordinal);
    }

    private async Task<Finished> RunAsync(string source, params string[] arguments)
    {
        string work = _folder.Write("work.js", source + "\n// a comment at the end");
        string keystore = await TestKeystore.WriteAsync(_folder);
        return await site.RunAsync(_folder.Path, ["job", "run", work, "--account", keystore, "--scheduler", site.Scheduler, .. arguments]);
    }
}
