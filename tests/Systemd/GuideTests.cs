using System.Text.RegularExpressions;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Systemd.Tests;

/// <summary>docs/services.md: its commands work as they are written, one after the other, on a machine that has the programs only.</summary>
public sealed partial class GuideTests(Machine machine) : IClassFixture<Machine>
{
    [Fact]
    public async Task The_commands_of_the_guide_do_what_it_says()
    {
        string guide = File.ReadAllText(Path.Combine(Built.Root, "docs", "services.md"));
        string[] blocks = [.. CommandBlock().Matches(guide).Select(m => m.Groups[1].Value)];
        Assert.True(blocks.Length >= 10, "the guide has lost its commands");
        await machine.RunAsync("bash", "-euc", "rm -f /etc/systemd/system/dcp-inet-daemon.service /etc/systemd/system/dcp-sa-worker.service; userdel dcp; chown root: /opt/dcp/.dcp; systemctl daemon-reload");
        await machine.WriteAsync("/opt/dcp/etc/dcp-site-config.js", "{ scheduler: { location: url('http://127.0.0.1:8080/') }, worker: { maxSandboxes: 2 } }");

        List<string> outputs = [];
        foreach (string block in blocks)
        {
            outputs.Add(await machine.RunAsync("env", "PATH=/opt/dcp/bin:/usr/sbin:/usr/bin:/sbin:/bin", "bash", "-euo", "pipefail", "-c", block));
            if (block.Contains("--argument=--sandboxes=2", StringComparison.Ordinal))
            {
                await CheckInstalledAsync();
            }
        }

        string status = outputs[0];
        Assert.Contains("dcp-inet-daemon: installed, starts with the machine", status, StringComparison.Ordinal);
        Assert.Matches("dcp-inet-daemon  running since .*, process [0-9]+: Listening on 127.0.0.1:9000; ", status);
        Assert.Matches("dcp-sa-worker    running since .*, process [0-9]+: Connecting to ", status);
        Assert.Contains("start --stop-within 8 --sandboxes=2", outputs[1], StringComparison.Ordinal);
        Assert.Equal("dcp-inet-daemon  not installed\ndcp-sa-worker    not installed\n", outputs[^1][outputs[^1].LastIndexOf("dcp-inet-daemon  ", StringComparison.Ordinal)..]);
    }

    [Fact]
    public async Task What_goes_wrong_has_its_exit_code_and_its_reason()
    {
        Machine.Answer stranger = await ServiceAsync("install", "worker", "--user", "stranger", "--force", "--root", "/nowhere");
        Assert.Equal((1, "dcp-worker: There is no folder '/nowhere' that could hold a system.\n"), (stranger.ExitCode, stranger.Errors));

        Machine.Answer root = await ServiceAsync("install", "worker", "--user", "root");
        Assert.Equal((1, "dcp-worker: Nothing of this runs as root: name an unprivileged user.\n"), (root.ExitCode, root.Errors));

        Machine.Answer twice = await ServiceAsync("install", "--argument=--verbose");
        Assert.Equal((1, "dcp-worker: --argument is for one service: name it.\n"), (twice.ExitCode, twice.Errors));

        Machine.Answer denied = await machine.TryAsync("setpriv", "--reuid", "1", "--regid", "1", "--clear-groups", "/opt/dcp/bin/dcp-worker", "service", "install", "--force", "--user", "daemon");
        Assert.Equal(3, denied.ExitCode);
        Assert.Contains("Services belong to the administrator.", denied.Errors, StringComparison.Ordinal);
    }

    private async Task CheckInstalledAsync()
    {
        // what the guide promises of a machine that has come so far
        Assert.Equal("enabled", await machine.ShowAsync("dcp-sa-worker.service", "UnitFileState"));
        string json = await machine.RunAsync("/opt/dcp/bin/dcp-worker", "service", "status", "worker", "--json");
        Assert.Contains("\"service\":\"worker\",\"name\":\"dcp-sa-worker\",\"manager\":\"systemd\",\"state\":\"running\",\"startsAtBoot\":true,", json, StringComparison.Ordinal);
        Assert.Equal(0, (await ServiceAsync("install")).ExitCode);
    }

    private Task<Machine.Answer> ServiceAsync(params string[] arguments) => machine.TryAsync("/opt/dcp/bin/dcp-worker", ["service", .. arguments]);

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CommandBlock();
}
