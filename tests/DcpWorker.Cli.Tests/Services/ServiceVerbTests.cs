using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Services;

/// <summary>dcp-worker service, on an image of a system; under a real systemd it is tried in tests/Systemd.</summary>
public sealed class ServiceVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _system = new();

    public ServiceVerbTests()
    {
        _system.Write("etc/passwd", "dcp:x:990:990::/opt/dcp:/usr/sbin/nologin\n");
        _system.Write("opt/dcp/bin/dcp-worker", "");
    }

    public void Dispose()
    {
        _folder.Dispose();
        _system.Dispose();
    }

    [SystemdFact]
    public async Task A_dry_run_shows_what_would_be_done_and_does_nothing()
    {
        Finished shown = await RunAsync("install", "worker", "--program", "/opt/dcp/bin/dcp-worker", "--argument=--sandboxes=2", "--dry-run");

        Assert.Equal(0, shown.ExitCode);
        Assert.Equal("# /etc/systemd/system/dcp-sa-worker.service", shown.Lines[0]);
        Assert.Contains("ExecStart=/opt/dcp/bin/dcp-worker start --stop-within 8 --sandboxes=2", shown.Lines);
        Assert.Equal("systemctl enable dcp-sa-worker.service", shown.Lines[^1].Replace("--root=/ ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_systems_are_shown_too()
    {
        Finished windows = await RunAsync("install", "--dry-run", "--for", "windows", "--program", @"C:\dcp\dcp-worker.exe");
        Assert.Contains("sc.exe failureflag dcp-sa-worker 1", windows.Lines);

        Finished launchd = await RunAsync("install", "inet-daemon", "--dry-run", "--for", "launchd", "--program", "/opt/dcp/bin/dcp-worker", "--json");
        JsValue definition = JsonReader.Parse(Assert.Single(launchd.Lines));
        Assert.Equal("inet-daemon", definition["service"].AsString());
        JsValue file = ((JsArray)definition["files"]).Items.Single()!;
        Assert.Equal("/Library/LaunchDaemons/computer.distributed.dcp-inet-daemon.plist", file["path"].AsString());
        Assert.Contains("<string>inet-daemon</string>", file["content"].AsString(), StringComparison.Ordinal);
    }

    [SystemdFact]
    public async Task Services_are_installed_into_an_image_shown_and_removed()
    {
        string[] image = ["--root", _system.Path];
        Finished installed = await RunAsync(["install", "--program", "/opt/dcp/bin/dcp-worker", .. image]);
        Assert.True(installed.ExitCode == 0, installed.Errors);
        Assert.Equal(["dcp-inet-daemon: installed, starts with the machine", "dcp-sa-worker: installed, starts with the machine"], installed.Lines);

        Finished status = await RunAsync(["status", "--json", .. image]);
        Assert.Equal(["inet-daemon", "worker"], status.Lines.Select(l => JsonReader.Parse(l)["service"].AsString()));
        Assert.All(status.Lines, l => Assert.Equal(("stopped", true), (JsonReader.Parse(l)["state"].AsString(), JsonReader.Parse(l)["startsAtBoot"] is JsBoolean { Value: true })));

        Finished removed = await RunAsync(["uninstall", .. image]);
        Assert.Equal(["dcp-sa-worker: removed", "dcp-inet-daemon: removed"], removed.Lines);
        Finished after = await RunAsync(["status", .. image]);
        Assert.Equal(["dcp-inet-daemon  not installed", "dcp-sa-worker    not installed"], after.Lines);
        Assert.Equal(1, (await RunAsync(["uninstall", "worker", .. image])).ExitCode);
    }

    [Theory]
    [InlineData("--for and --json go together with --dry-run.", "install", "--for", "windows")]
    [InlineData("--now cannot be had with --root or --dry-run.", "install", "--now", "--dry-run")]
    [InlineData("--argument is for one service: name it.", "install", "--argument=--verbose", "--dry-run")]
    public async Task What_does_not_go_together_is_said(string why, params string[] arguments)
    {
        Finished refused = await RunAsync(arguments);
        Assert.Equal((1, "dcp-worker: " + why), (refused.ExitCode, Assert.Single(refused.ErrorLines)));
    }

    private Task<Finished> RunAsync(params string[] arguments) => new Tool(_folder).RunAsync(["service", .. arguments]);
}
