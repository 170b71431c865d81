using System.Globalization;
using DcpWorker.Engine.InetDaemon.Events;

namespace DcpWorker.Engine.Tests.InetDaemon;

public sealed class EvaluatorProcessTests
{
    [Fact]
    public async Task An_evaluator_leads_a_group_of_its_own_and_is_nice_from_its_first_instruction()
    {
        await using TestDaemon daemon = TestDaemon.Of("/bin/cat", "/proc/self/stat", "-");
        using TestClient client = await daemon.ConnectAsync();
        string[] stat = (await client.ReadLineAsync())!.Split(' ');
        Assert.Equal(stat[0], stat[4]);
        Assert.Equal("18", stat[18]);
    }

    [Fact]
    public async Task An_evaluator_sees_nothing_of_the_daemons_environment()
    {
        Environment.SetEnvironmentVariable("DCP_TEST_SECRET", "passphrase");
        try
        {
            await using TestDaemon daemon = TestDaemon.Of("/usr/bin/env");
            using TestClient client = await daemon.ConnectAsync();
            string environment = await client.ReadToEndAsync();
            Assert.Contains("PATH=", environment, StringComparison.Ordinal);
            Assert.DoesNotContain("DCP_TEST_SECRET", environment, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("DCP_TEST_SECRET", null);
        }
    }

    [Fact]
    public async Task An_evaluator_inherits_no_descriptor_but_its_three()
    {
        await using TestDaemon daemon = TestDaemon.Of("/bin/ls", "/proc/self/fd");
        using TestClient other = await daemon.ConnectAsync();
        using TestClient client = await daemon.ConnectAsync();

        // 3 is the folder that ls itself reads.
        Assert.Equal("0\n1\n2\n3\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task An_evaluator_ignores_and_blocks_no_signal()
    {
        await using TestDaemon daemon = TestDaemon.Of("/bin/grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status");
        using TestClient client = await daemon.ConnectAsync();
        string blocked = (await client.ReadLineAsync())![^16..];
        string ignored = (await client.ReadLineAsync())![^16..];

        // Signals 32 and 33 are the C library's own; it has them ignored in what it spawns.
        const ulong Ordinary = 0x7fffffff;
        Assert.Equal(0UL, ulong.Parse(blocked, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Ordinary);
        Assert.Equal(0UL, ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Ordinary);
    }

    [Fact]
    public async Task What_an_evaluator_writes_to_stderr_is_reported_by_line_and_harmless_to_a_terminal()
    {
        await using TestDaemon daemon = TestDaemon.OfScript("printf 'first\\n\\033[2Jsecond\\nno end' >&2");
        using TestClient client = await daemon.ConnectAsync();
        await daemon.WaitForAsync<ConnectionClosed>();
        Assert.Equal(["first", "·[2Jsecond", "no end"], daemon.EventsSoFar().OfType<EvaluatorErrorLine>().Select(e => e.Line));
    }

    [Fact]
    public async Task A_flood_on_stderr_is_bounded_in_length_and_number()
    {
        await using TestDaemon daemon = TestDaemon.OfScript("head -c 100000 /dev/zero | tr '\\0' x >&2; echo >&2; i=0; while [ $i -lt 5000 ]; do echo line >&2; i=$((i+1)); done");
        using TestClient client = await daemon.ConnectAsync();
        await daemon.WaitForAsync<ConnectionClosed>();
        string[] lines = [.. daemon.EventsSoFar().OfType<EvaluatorErrorLine>().Select(e => e.Line)];
        Assert.Equal(1001, lines[0].Length);
        Assert.True(lines.Length < 1000, $"{lines.Length} lines");
        Assert.Contains("more lines dropped", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluators_of_a_root_daemon_run_as_the_user_it_was_given()
    {
        await using TestDaemon daemon = TestDaemon.Of("/usr/bin/id", "-u");
        using TestClient client = await daemon.ConnectAsync();
        string? uid = await client.ReadLineAsync();
        Assert.NotEqual("0", uid);
        Assert.True(!Environment.IsPrivilegedProcess || uid == "65534");
    }
}
