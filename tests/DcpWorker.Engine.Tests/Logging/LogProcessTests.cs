using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Logging;

/// <summary>What becomes of logs when processes die, share files and fill disks.</summary>
public sealed class LogProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "x.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_kill_loses_nothing_that_was_flushed()
    {
        using LogHostProcess host = LogHostProcess.Start($"file:{File}");
        await host.SayAsync("warn 1 3000");
        await host.SayAsync("flush");
        await host.SayAsync("warn 3001 3200");
        await host.KillAsync();

        int[] numbers = [.. Numbers(File)];
        Assert.InRange(numbers.Length, 3000, 3200);
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
    }

    [Fact]
    public async Task The_end_of_a_program_writes_what_waits()
    {
        using LogHostProcess host = LogHostProcess.Start($"file:{File}", "syslog:tcp://127.0.0.1:1");
        await host.SayAsync("warn 1 2000");
        (int exitCode, _) = await host.EndAsync();

        Assert.Equal(0, exitCode);
        Assert.Equal(Enumerable.Range(1, 2000), Numbers(File));
    }

    [Fact]
    public async Task Two_processes_on_one_file_that_is_rotated_keep_every_line_of_both()
    {
        string sink = $"file:{File},max-size=20kB,keep=100";
        using (LogHostProcess first = LogHostProcess.Start(sink))
        using (LogHostProcess second = LogHostProcess.Start(sink))
        {
            await Task.WhenAll(first.SayAsync("warn 1 1000"), second.SayAsync("warn 1001 2000"));
            Assert.Equal([0, 0], (await Task.WhenAll(first.EndAsync(), second.EndAsync())).Select(e => e.ExitCode));
        }

        string[] files = Directory.GetFiles(_folder.Path);
        Assert.InRange(files.Length, 5, 100);
        Assert.Equal(Enumerable.Range(1, 2000), files.SelectMany(Numbers).Order());
    }

    [Fact]
    public async Task An_exception_that_nobody_caught_reaches_every_sink_before_the_end()
    {
        using Socket syslog = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        syslog.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using LogHostProcess host = LogHostProcess.Start($"file:{File},level=critical", $"syslog:udp://{syslog.LocalEndPoint},level=critical");
        await host.SayAsync("throw");
        (int exitCode, _) = await host.EndAsync();

        byte[] buffer = new byte[65536];
        string message = Encoding.UTF8.GetString(buffer, 0, syslog.Receive(buffer));
        Assert.Equal(70, exitCode);
        foreach (string line in (string[])[message, Assert.Single(System.IO.File.ReadAllLines(File))])
        {
            Assert.Contains(@"Program: Internal fault, the program ends: System.InvalidOperationException: thrown\non purpose", line, StringComparison.Ordinal);
            // with the place of it, on the same line
            Assert.Contains(@"\n   at Program.", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_failed_task_that_nobody_waited_for_is_logged_and_ends_nothing()
    {
        using LogHostProcess host = LogHostProcess.Start($"file:{File}");
        // the finalizer that finds it may need more than one collection
        for (int i = 0; i < 100 && (!System.IO.File.Exists(File) || new FileInfo(File).Length == 0); i++)
        {
            await host.SayAsync("forget");
            await host.SayAsync("flush");
        }

        await host.SayAsync("warn 1 1");
        Assert.Equal(0, (await host.EndAsync()).ExitCode);
        string[] lines = System.IO.File.ReadAllLines(File);
        Assert.Matches(@" error Program: A fault that nobody waited for: .*forgotten", lines[0]);
        Assert.EndsWith("Test: line 1", lines[^1], StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task A_full_disk_costs_the_lines_that_find_no_room_and_leaves_no_half_ones()
    {
        string disk = Path.Combine(_folder.Path, "disk");
        Directory.CreateDirectory(disk);
        // a small disk of its own, which nobody else sees
        string prepare = $"mount -t tmpfs -o size=512k none '{disk}' && head -c 458752 /dev/zero >'{disk}/filler' && exec \"$@\"";
        using LogHostProcess host = LogHostProcess.StartThrough(
            [.. NamespaceFactAttribute.Command, "sh", "-c", prepare, "sh"], $"file:{disk}/x.log", "console,level=warning");
        await host.SayAsync("warn 1 8000");
        await host.SayAsync("flush");
        string inside = $"/proc/{host.Id}/root{disk}";
        Assert.InRange(Numbers($"{inside}/x.log").Count(), 500, 1200);

        System.IO.File.Delete($"{inside}/filler");
        await host.SayAsync("flush");
        await host.SayAsync("warn 8001 8001");
        await host.SayAsync("flush");
        string[] lines = System.IO.File.ReadAllText($"{inside}/x.log").TrimEnd('\n').Split('\n');
        (int exitCode, string errors) = await host.EndAsync();

        // a slow writer loses some before the disk is full, too: each gap is told where it is, with how many it has
        int next = 1;
        int gaps = 0;
        foreach (string line in lines)
        {
            Match missing = Regex.Match(line, @" warning Logging: (\d+) lines are missing here,");
            if (missing.Success)
            {
                next += int.Parse(missing.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                gaps++;
                continue;
            }

            Assert.EndsWith($"Z log-host[{host.Id}] warning Test: line {next++}", line, StringComparison.Ordinal);
        }

        Assert.Equal(8002, next);
        Assert.True(gaps > 0, "Nothing was lost: the disk was not full.");
        Assert.Equal(0, exitCode);
        Assert.Matches("warning: Logging: The log to file .* cannot be written, trying again: .*", errors);
    }

    private static IEnumerable<int> Numbers(string file)
    {
        using StreamReader reader = new(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string text = reader.ReadToEnd();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // what a sink is told of another one, when that fails before the end
            if (line.Contains(" warning Logging: The log to syslog", StringComparison.Ordinal))
            {
                continue;
            }

            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z log-host\[\d+\] warning Test: line \d+$", line);
            yield return int.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
        }
    }
}
