using System.Globalization;
using System.Text.RegularExpressions;

namespace DcpWorker.Systemd.Tests;

/// <summary>The units as they are shipped, run by a real systemd.</summary>
public sealed partial class ServiceTests(Machine machine) : IClassFixture<Machine>, IAsyncLifetime
{
    private const string Daemon = Machine.Daemon, Worker = Machine.Worker, Scheduler = Machine.Scheduler;
    private const string Die = "exec 3<>/dev/tcp/127.0.0.1/9000; echo '{\"type\":\"die\"}' >&3; timeout 30 cat <&3";

    public Task InitializeAsync() => machine.BuildSiteAsync();

    /// <summary>Each test leaves the machine as it found it.</summary>
    public async Task DisposeAsync()
    {
        await machine.TryAsync("pkill", "-KILL", "-f", "job run");
        await machine.ClearSiteAsync();
    }

    [Fact]
    public async Task The_inet_daemon_is_ready_when_it_is_started_and_its_evaluators_are_nobodys()
    {
        await machine.SystemctlAsync("start", Daemon);

        // no wait, no second try: a start that has returned is a daemon that serves
        Assert.Contains("DIE: ", await machine.RunAsync("bash", "-c", Die), StringComparison.Ordinal);
        Assert.StartsWith("Listening on 127.0.0.1:9000; ", await machine.ShowAsync(Daemon, "StatusText"), StringComparison.Ordinal);
        string process = await machine.MainProcessAsync(Daemon);
        Assert.Equal("dcp", (await machine.RunAsync("ps", "-o", "user=", "-p", process)).Trim());
        Assert.Contains("NoNewPrivs:\t1", await machine.RunAsync("cat", $"/proc/{process}/status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_worker_computes_a_job_and_its_progress_is_seen_from_outside()
    {
        await StartAllAsync();
        await machine.UntilShownAsync(Worker, "StatusText", "Waiting for work");

        string results = await DeployAsync("x => { progress(); return x * x; }", "1..5");

        Assert.Equal("1\n4\n9\n16\n25\n", results);
        await machine.UntilShownAsync(Worker, "StatusText", "5 slices done");
        await machine.UntilAsync(async () => (await machine.JournalAsync("--unit", Worker)).Contains("slice 5 of", StringComparison.Ordinal), "progress in the journal");
        string journal = await machine.JournalAsync("--unit", Worker, "--output=json");
        Assert.Contains("\"SYSLOG_IDENTIFIER\":\"dcp-worker\"", journal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_scheduler_the_worker_is_ready_and_says_what_it_waits_for()
    {
        await machine.SystemctlAsync("start", Daemon, Worker);

        Assert.Equal("active", await machine.ShowAsync(Worker, "ActiveState"));
        Assert.Contains("Connecting to http://127.0.0.1:8080/; The scheduler", await machine.ShowAsync(Worker, "StatusText"), StringComparison.Ordinal);
        await machine.SystemctlAsync("start", Scheduler);
        await machine.UntilShownAsync(Worker, "StatusText", "Waiting for work");
    }

    [Fact]
    public async Task A_worker_that_is_stopped_gives_everything_back_in_time()
    {
        await StartAllAsync();
        Task<string> deployed = DeployAsync("async x => { for (;;) { progress(); await new Promise(r => setTimeout(r, 100)); } }", "1..6");
        await machine.UntilShownAsync(Worker, "StatusText", "Working: 2 of 2");
        string process = await machine.MainProcessAsync(Worker);

        await machine.SystemctlAsync("stop", Worker);

        // whoever does not end in TimeoutStopSec= (10 s) is killed, and the result says so
        Assert.Equal("10s", await machine.ShowAsync(Worker, "TimeoutStopUSec"));
        Assert.Equal("success", await machine.ShowAsync(Worker, "Result"));
        Assert.Equal("inactive", await machine.ShowAsync(Worker, "ActiveState"));
        string journal = await machine.JournalAsync($"_PID={process}");
        int fetched = Fetched().Matches(journal).Sum(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.InRange(fetched, 2, 6);
        Assert.Contains($"0 slices computed, 0 failed, {fetched} returned", journal, StringComparison.Ordinal);
        Assert.False(deployed.IsCompleted);
        await machine.RunAsync("pkill", "-KILL", "-f", "job run");
        await Assert.ThrowsAsync<InvalidOperationException>(() => deployed);
    }

    [Fact]
    public async Task An_inet_daemon_that_is_stopped_takes_its_evaluators_along()
    {
        await machine.SystemctlAsync("start", Daemon);
        Task<Machine.Answer> connected = machine.TryAsync("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9000; cat <&3");
        await machine.UntilShownAsync(Daemon, "StatusText", "; 1 of at most");
        Assert.Equal("18", (await machine.RunAsync("bash", "-c", "ps -o ni= -p $(pgrep -x dcp-evaluator)")).Trim());

        await machine.SystemctlAsync("stop", Daemon);

        await connected;
        Assert.Equal("success", await machine.ShowAsync(Daemon, "Result"));
        Assert.Equal(1, (await machine.TryAsync("pgrep", "-x", "dcp-evaluator")).ExitCode);
    }

    [Fact]
    public async Task What_hangs_is_killed_and_started_again()
    {
        const string Impatient = "[Service]\nWatchdogSec=3s\nTimeoutAbortSec=1s\nRestartSec=100ms\n";
        await using IAsyncDisposable daemon = await machine.DropInAsync(Daemon, Impatient);
        await using IAsyncDisposable worker = await machine.DropInAsync(Worker, Impatient);
        await StartAllAsync();
        string[] before = [await machine.MainProcessAsync(Daemon), await machine.MainProcessAsync(Worker)];
        await machine.UntilAsync(async () => await machine.ShowAsync(Worker, "WatchdogTimestampMonotonic") != "0", "a ping");

        await machine.RunAsync("kill", ["-STOP", .. before]);

        await machine.UntilShownAsync(Daemon, "NRestarts", "1");
        await machine.UntilShownAsync(Worker, "NRestarts", "1");
        await machine.UntilShownAsync(Daemon, "ActiveState", "active");
        await machine.UntilShownAsync(Worker, "ActiveState", "active");
        Assert.DoesNotContain(await machine.MainProcessAsync(Daemon), before);
        Assert.DoesNotContain(await machine.MainProcessAsync(Worker), before);
        string journal = await machine.JournalAsync();
        Assert.Contains($"{Daemon}: Watchdog timeout", journal, StringComparison.Ordinal);
        Assert.Contains($"{Worker}: Watchdog timeout", journal, StringComparison.Ordinal);
        Assert.Equal("1\n", await DeployAsync("x => { progress(); return x; }", "1..1"));
    }

    [Fact]
    public async Task What_works_is_left_alone_by_the_watchdog()
    {
        await using IAsyncDisposable daemon = await machine.DropInAsync(Daemon, "[Service]\nWatchdogSec=2s\n");
        await using IAsyncDisposable worker = await machine.DropInAsync(Worker, "[Service]\nWatchdogSec=2s\n");
        await StartAllAsync();

        // a slice that never lets its evaluator rest is no hang of anything
        Assert.Equal("1\n2\n3\n", await DeployAsync("x => { const end = Date.now() + 3000; while (Date.now() < end) progress(); return x; }", "1..3"));

        Assert.Equal("0", await machine.ShowAsync(Daemon, "NRestarts"));
        Assert.Equal("0", await machine.ShowAsync(Worker, "NRestarts"));
    }

    [Fact]
    public async Task What_is_killed_is_started_again_and_leaves_no_orphan()
    {
        await using IAsyncDisposable soon = await machine.DropInAsync(Daemon, "[Service]\nRestartSec=100ms\n");
        await machine.SystemctlAsync("start", Daemon);
        string before = await machine.MainProcessAsync(Daemon);
        Task<Machine.Answer> connected = machine.TryAsync("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9000; cat <&3");
        await machine.UntilShownAsync(Daemon, "StatusText", "; 1 of at most");

        await machine.RunAsync("kill", "-KILL", before);

        await connected;
        await machine.UntilShownAsync(Daemon, "NRestarts", "1");
        await machine.UntilShownAsync(Daemon, "ActiveState", "active");
        Assert.NotEqual(before, await machine.MainProcessAsync(Daemon));
        Assert.Equal(1, (await machine.TryAsync("pgrep", "-x", "dcp-evaluator")).ExitCode);
    }

    [Fact]
    public async Task What_is_configured_wrongly_is_not_tried_again_and_the_journal_says_why()
    {
        await machine.WriteAsync("/opt/dcp/etc/dcp-site-config.js", "{ evaluator: { listen: url('tcp://example.com:9000/') } }");

        Assert.NotEqual(0, (await machine.TryAsync("systemctl", "start", Daemon)).ExitCode);

        Assert.Equal("failed", await machine.ShowAsync(Daemon, "ActiveState"));
        Assert.Equal("0", await machine.ShowAsync(Daemon, "NRestarts"));
        Assert.Equal("1", await machine.ShowAsync(Daemon, "ExecMainStatus"));
        Assert.Contains("evaluator.listen", await machine.JournalAsync("--unit", Daemon, "--priority=err"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_connection_to_its_socket_starts_the_inet_daemon_and_stopping_it_leaves_the_socket()
    {
        await machine.SystemctlAsync("start", "dcp-inet-daemon.socket");
        Assert.Equal("inactive", await machine.ShowAsync(Daemon, "ActiveState"));

        Assert.Contains("DIE: ", await machine.RunAsync("bash", "-c", Die), StringComparison.Ordinal);

        Assert.Equal("active", await machine.ShowAsync(Daemon, "ActiveState"));
        Assert.StartsWith("Listening on 127.0.0.1:9000; ", await machine.ShowAsync(Daemon, "StatusText"), StringComparison.Ordinal);
        await machine.SystemctlAsync("stop", Daemon);
        Assert.Equal("active", await machine.ShowAsync("dcp-inet-daemon.socket", "ActiveState"));
        Assert.Contains("DIE: ", await machine.RunAsync("bash", "-c", Die), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Systemd_itself_can_start_an_evaluator_for_each_connection()
    {
        await machine.SystemctlAsync("start", "dcp-evaluator.socket");

        Assert.Contains("DIE: ", await machine.RunAsync("bash", "-c", Die), StringComparison.Ordinal);
        Task<Machine.Answer> connected = machine.TryAsync("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9000; cat <&3");
        await machine.UntilAsync(async () => (await machine.TryAsync("pgrep", "-x", "dcp-evaluator")).ExitCode == 0, "an evaluator");
        string process = (await machine.RunAsync("pgrep", "-x", "dcp-evaluator")).Trim();
        Assert.Equal("18", (await machine.RunAsync("ps", "-o", "ni=", "-p", process)).Trim());
        Assert.InRange(int.Parse((await machine.RunAsync("ps", "-o", "uid=", "-p", process)).Trim(), CultureInfo.InvariantCulture), 61184, 65519);
        await machine.RunAsync("bash", "-c", "systemctl stop 'dcp-evaluator@*'");
        await connected;

        // a worker finds them where it finds those of an inet-daemon
        await machine.SystemctlAsync("start", Scheduler, Worker);
        Assert.Equal("1\n2\n", await DeployAsync("x => { progress(); return x; }", "1..2"));
    }

    [GeneratedRegex(@" ([0-9]+) slices of 1 job")]
    private static partial Regex Fetched();

    private Task StartAllAsync() => machine.SystemctlAsync("start", Scheduler, Daemon, Worker);

    /// <summary>Has a job computed; gives its results, a line each.</summary>
    private Task<string> DeployAsync(string work, string range) => machine.RunAsUserAsync($"""
        cd "$(mktemp -d)"
        export DCP_SCHEDULER_LOCATION=http://127.0.0.1:8080/
        until (exec 3<>/dev/tcp/127.0.0.1/8080) 2>/dev/null; do sleep 0.1; done
        [ -e /opt/dcp/.dcp/test.keystore ] || dcp-worker keystore new /opt/dcp/.dcp/test.keystore --allow-empty-passphrase --kdf light >/dev/null
        cat >work.js <<'END'
        {work}
        END
        dcp-worker job run work.js --range {range} --account /opt/dcp/.dcp/test.keystore 2>errors || (cat errors >&2; exit 1)
        """);
}
