using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DcpWorker.Engine.Children;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Logging;

/// <summary>What is computed is in the logs that the site's configuration wants, each with its level.</summary>
public sealed class WorkLogTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly ChildLauncher _launcher = new();
    private readonly List<ChildProgram> _children = [];

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProgram child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        _launcher.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Slices_are_in_the_file_and_hostile_ones_in_one_line_and_the_daemon_has_a_tag_of_its_own()
    {
        using UdpClient syslog = new(new IPEndPoint(IPAddress.Loopback, 0));
        ChildProgram.GiveToUnprivilegedUser(_folder.Path);
        string logging = $$"""
            logging: {
              file: { path: '{{_folder.Path}}/{program}.log', format: 'json', level: 'debug' },
              syslog: { address: 'udp://{{syslog.Client.LocalEndPoint}}', level: 'info' },
            },
            """;
        WriteSite(logging + "evaluator: { listen: url('tcp://127.0.0.1:0/'), location: url('tcp://127.0.0.1:0/') }");
        string scheduler = await Launch("dcp-scheduler", "--listen", "127.0.0.1:0", "--data", At("scheduler"), "--log", $"file:{At("scheduler.log")}")
            .WaitForAsync("listening on ", Limit, default);
        string daemon = await Launch("dcp-inet-daemon").WaitForAsync("listening on ", Limit, default);
        WriteSite(
            logging +
            $$"""
            scheduler: { location: url('{{scheduler}}') },
            evaluator: { listen: url('{{daemon}}'), location: url('{{daemon}}') },
            worker: { maxSandboxes: 1, paymentAddress: '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf' },
            """);
        await Launch("dcp-worker", "start").WaitForAsync("Sandboxes  ", Limit, default);
        string work = _folder.Write("work.js", """
            x => { progress(); console.log('one\n2026-01-01T00:00:00.000Z dcp-worker[1] error Worker: forged\u001b[2J\u2028'); if (x === 8) throw new Error('no eight'); return x; }
            """);

        Finished run = await new Tool(_folder).RunAsync("job", "run", work, "--range", "7..8", "--account", await TestKeystore.WriteAsync(_folder));

        Assert.Equal(1, run.ExitCode);
        string[] lines = await LinesAsync(At("dcp-worker.log"), l => l.Count(x => x.Contains("paymentReceived", StringComparison.Ordinal)) >= 2);
        JsValue[] entries = [.. lines.Select(l => JsonReader.Parse(l))];
        JsValue[] events = [.. entries.Select(e => e["data"]).Where(d => d is JsObject)];
        Assert.Equal(2, events.Count(e => e["event"].AsString() == "sliceStarted"));
        Assert.Single(events, e => e["event"].AsString() == "sliceCompleted" && e["slice"].AsNumber() == 1);
        Assert.Equal(2, entries.Count(e => e["message"].AsString()!.StartsWith(@"sliceConsole: slice ", StringComparison.Ordinal) && e["message"].AsString()!.Contains(@"one\n2026", StringComparison.Ordinal)));
        Assert.All(lines, l => Assert.True(l.StartsWith("{\"time\":\"", StringComparison.Ordinal) && !l.Contains('\u2028', StringComparison.Ordinal)));
        // the same news once only
        Assert.Single(entries, e => e["message"].AsString()!.Contains("Working", StringComparison.Ordinal));
        Assert.NotEmpty(await LinesAsync(At("scheduler.log"), l => l.Any(x => x.Contains("submitted by", StringComparison.Ordinal))));

        string[] messages = Received(syslog);
        Assert.Contains(messages, m => m.Contains(" dcp-inet-daemon ", StringComparison.Ordinal) && m.StartsWith("<190>1 ", StringComparison.Ordinal));
        Assert.Contains(messages, m => m.Contains(" dcp-worker ", StringComparison.Ordinal) && m.Contains("Worker: sliceCompleted: slice 1 of", StringComparison.Ordinal));
        Assert.DoesNotContain(messages, m => m.Contains("sliceStarted", StringComparison.Ordinal));
    }

    private static string[] Received(UdpClient socket)
    {
        List<string> messages = [];
        IPEndPoint? from = null;
        while (socket.Available > 0)
        {
            messages.Add(Encoding.UTF8.GetString(socket.Receive(ref from)));
        }

        return [.. messages];
    }

    private static async Task<string[]> LinesAsync(string path, Func<string[], bool> condition)
    {
        using CancellationTokenSource limit = new(Limit);
        while (true)
        {
            string[] lines = LogFile.Lines(path);
            if (condition(lines))
            {
                return lines;
            }

            Assert.False(limit.IsCancellationRequested, string.Join('\n', lines));
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private string At(string name) => Path.Combine(_folder.Path, name);

    private void WriteSite(string members) => _folder.Write("dcp-site-config.js", $"{{\n{members}\n}}\n");

    private ChildProgram Launch(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(Built.Program(program), arguments);
        foreach (string name in (string[])["HOME", "DCP_RESOURCE_DIR", "DCP_ETCDIR", "DCP_CONFIG_ROOT"])
        {
            start.Environment[name] = _folder.Path;
        }

        start.Environment.Remove("DCP_SCHEDULER_LOCATION");
        start.Environment["DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION"] = "1";
        ChildProgram child = _launcher.Start(start, new ChildProgramOptions { IsUnprivileged = true });
        _children.Add(child);
        return child;
    }
}
