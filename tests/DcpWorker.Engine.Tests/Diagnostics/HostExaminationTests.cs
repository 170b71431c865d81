using DcpWorker.Engine.Diagnostics;
using DcpWorker.Engine.Diagnostics.Host;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Services.Registration;
using DcpWorker.Engine.Services.Registration.Systemd;

namespace DcpWorker.Engine.Tests.Diagnostics;

/// <summary>A host is sound, and then one thing about it is broken: that is found, and nothing else.</summary>
public sealed class HostExaminationTests(HostPeers peers) : IClassFixture<HostPeers>, IAsyncLifetime, IDisposable
{
    // What the machine of the tests happens to have.
    private static readonly HashSet<string> OfTheMachine = [HostCheckNames.Processor, HostCheckNames.Disk];

    private readonly HostSite _host = new(peers);

    public Task InitializeAsync() => _host.KeystoreAsync("default.keystore");

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task On_a_sound_host_nothing_fails()
    {
        IReadOnlyList<HostCheck> checks = await _host.ExamineAsync(o => o with { WithEvaluators = true });
        AssertOnlyFailed(checks);
        Assert.Equal(
            [
                "Configuration", "Keystore", "Identity", "Disk", "Processor", "Dns", "Scheduler", "Clock", "Service", "Service", "Service", "EvaluatorProgram",
                "Evaluator", "SystemService",
            ],
            checks.Select(c => c.Name).Where((name, i) => i == 0 || name != "Disk" || checks[i - 1].Name != "Disk"));
        Assert.All(checks, c => Assert.NotEmpty(c.Detail));
        Assert.All(checks, c => Assert.Equal(c.Status is CheckStatus.Failed or CheckStatus.Warning, c.Remedy is not null && c.Code is not null));
        Assert.All(checks.Where(c => c.Status == CheckStatus.Passed), c => Assert.True(c.Duration > TimeSpan.Zero));
        Assert.Contains("accepts sessions, as 0x", Of(checks, "Service").Detail, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Passed, Of(checks, "Clock").Status);
    }

    [Fact]
    public async Task It_leaves_nothing_behind()
    {
        await _host.ExamineAsync();
        Assert.Equal(["default.keystore"], Directory.GetFileSystemEntries(_host.ResourceDirectory).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_broken_configuration_is_found_with_its_line()
    {
        _host.ConfigureAnew("{\n  worker: {\n    maxSandboxes: ,\n  },\n}\n");
        IReadOnlyList<HostCheck> checks = await _host.ExamineAsync();
        HostCheck check = AssertOnlyFailed(checks, "Configuration")[0];
        Assert.Contains("dcp-site-config.js:3", check.Detail, StringComparison.Ordinal);
        Assert.All(checks.Where(c => c.Name is "Keystore" or "Processor" or "Scheduler"), c => Assert.Equal(CheckStatus.Skipped, c.Status));
        Assert.Equal(CheckStatus.Passed, Of(checks, "Identity").Status);
    }

    [Fact]
    public async Task A_value_out_of_range_is_found()
    {
        _host.Configure("worker: { maxSandboxes: -1 }");
        Assert.Contains("worker.maxSandboxes", AssertOnlyFailed(await _host.ExamineAsync(), "Configuration")[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_key_is_a_warning()
    {
        _host.Configure("worker: { maxSandboxs: 1 }");
        IReadOnlyList<HostCheck> checks = await _host.ExamineAsync();
        AssertOnlyFailed(checks);
        HostCheck check = Of(checks, "Configuration");
        Assert.Equal((CheckStatus.Warning, "ConfigurationOdd"), (check.Status, check.Code));
        Assert.Contains("maxSandboxs", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_account_is_found()
    {
        File.Delete(Path.Combine(_host.ResourceDirectory, "default.keystore"));
        Assert.Equal("NoAccount", AssertOnlyFailed(await _host.ExamineAsync(), "Keystore")[0].Code);
    }

    [Fact]
    public async Task An_address_does_without_a_keystore()
    {
        File.Delete(Path.Combine(_host.ResourceDirectory, "default.keystore"));
        _host.Configure("worker: { paymentAddress: '0x0123456789abcdef0123456789abcdef01234567' }");
        AssertOnlyFailed(await _host.ExamineAsync());
    }

    [Fact]
    public async Task A_keystore_in_everybodys_reach_is_found()
    {
        string elsewhere = Path.Combine(_host.Folder, "exposed.keystore");
        File.Move(await _host.KeystoreAsync("exposed.keystore"), elsewhere);
        SetMode(elsewhere, 0b110_100_100);
        HostCheck check = AssertOnlyFailed(await _host.ExamineAsync(o => o with { Keystore = elsewhere }), "Keystore")[0];
        Assert.Equal("KeystoreExposed", check.Code);
        Assert.Contains("chmod 600", check.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_keystore_that_others_may_read_but_not_open_is_a_warning()
    {
        string path = await _host.KeystoreAsync("closed.keystore", "a passphrase");
        SetMode(path, 0b110_100_000);
        IReadOnlyList<HostCheck> checks = await _host.ExamineAsync(o => o with { Keystore = path });
        AssertOnlyFailed(checks);
        Assert.Equal((CheckStatus.Warning, "KeystoreExposed"), (Of(checks, "Keystore").Status, Of(checks, "Keystore").Code));
    }

    [Fact]
    public async Task An_identity_that_asks_for_a_passphrase_is_found()
    {
        await _host.KeystoreAsync(IdentityStore.FileName, "a passphrase");
        Assert.Contains("has a passphrase", AssertOnlyFailed(await _host.ExamineAsync(), "Identity")[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_found_and_a_nearly_full_one_is_a_warning()
    {
        IReadOnlyList<HostCheck> checks = await _host.ExamineAsync(o => o with { DiskLimit = long.MaxValue });
        Assert.All(AssertOnlyFailed(checks, "Disk"), c => Assert.Equal("DiskFull", c.Code));
        checks = await _host.ExamineAsync(o => o with { DiskTolerance = long.MaxValue });
        AssertOnlyFailed(checks);
        Assert.All(checks.Where(c => c.Name == "Disk"), c => Assert.Equal("DiskLow", c.Code));
    }

    [Fact]
    public async Task More_sandboxes_than_cores_are_a_warning()
    {
        _host.Configure($"worker: {{ maxSandboxes: {Environment.ProcessorCount + 1} }}");
        Assert.Equal("TooManySandboxes", Of(await _host.ExamineAsync(), "Processor").Code);
    }

    [Theory]
    [InlineData(20, CheckStatus.Warning, "ClockOff", "ahead")]
    [InlineData(-20, CheckStatus.Warning, "ClockOff", "behind")]
    [InlineData(3600, CheckStatus.Failed, "ClockWrong", "ahead")]
    [InlineData(-3600, CheckStatus.Failed, "ClockWrong", "behind")]
    public async Task A_wrong_clock_is_found(int seconds, CheckStatus status, string code, string direction)
    {
        _host.Time = new ShiftedTime(TimeSpan.FromSeconds(seconds));
        IReadOnlyList<HostCheck> checks = await _host.ExamineAsync();
        HostCheck check = Of(checks, "Clock");
        Assert.Equal((status, code), (check.Status, check.Code));
        Assert.Contains(direction, check.Detail, StringComparison.Ordinal);
        // The protocol follows the clock of the peer, so the services are there all the same.
        AssertOnlyFailed(checks, status == CheckStatus.Failed ? ["Clock"] : []);
    }

    [Fact]
    public async Task A_wrong_port_of_the_scheduler_is_found_at_once()
    {
        using ClosedPort port = new();
        IReadOnlyList<HostCheck> checks = await _host.ExamineAsync(o => o with { Scheduler = new Uri($"http://127.0.0.1:{port.Port}/") });
        HostCheck check = AssertOnlyFailed(checks, "Scheduler")[0];
        Assert.Equal("SchedulerUnreachable", check.Code);
        Assert.True(check.Duration < TimeSpan.FromSeconds(10), $"{check.Duration}");
        Assert.Equal(CheckStatus.Skipped, Of(checks, "Clock").Status);
        Assert.Equal(CheckStatus.Skipped, Of(checks, "Service").Status);
    }

    [Fact]
    public async Task A_silent_scheduler_is_given_up()
    {
        using SilentPeer peer = new();
        HostCheck check = AssertOnlyFailed(
            await _host.ExamineAsync(o => o with { Scheduler = new Uri($"http://127.0.0.1:{peer.Port}/"), Timeout = TimeSpan.FromSeconds(8) }), "Scheduler")[0];
        Assert.Equal("TimedOut", check.Code);
        Assert.InRange(check.Duration, TimeSpan.FromSeconds(7.5), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_service_that_nobody_offers_is_found()
    {
        using ClosedPort port = new();
        _host.ConfigureAnew($"{{ scheduler: {{ location: url('{peers.Scheduler}'), services: {{ eventRouter: {{ location: url('http://127.0.0.1:{port.Port}/') }} }} }}, "
            + $"evaluator: {{ listen: url('{peers.Evaluators}'), location: url('{peers.Evaluators}') }} }}");
        HostCheck check = AssertOnlyFailed(await _host.ExamineAsync(), "Service")[0];
        Assert.Contains("eventRouter", check.Subject, StringComparison.Ordinal);
        Assert.Equal("ConnectionFailed", check.Code);
    }

    [Fact]
    public async Task A_service_with_another_key_than_before_is_found()
    {
        IReadOnlyList<HostCheck> before = await _host.ExamineAsync();
        string location = before.First(c => c.Subject.StartsWith("taskDistributor", StringComparison.Ordinal)).Subject.Split(' ')[1];
        string cache = Path.Combine(_host.ResourceDirectory, IdentityCache.FileName);
        string known = $"{{\"{new Uri(location).GetLeftPart(UriPartial.Path)}\":\"0x0123456789abcdef0123456789abcdef01234567\"}}";
        await File.WriteAllTextAsync(cache, known);
        HostCheck check = AssertOnlyFailed(await _host.ExamineAsync(), "Service")[0];
        Assert.Equal("EADDRCHANGE", check.Code);
        Assert.Equal(known, await File.ReadAllTextAsync(cache));
    }

    [Fact]
    public async Task A_bad_certificate_is_found()
    {
        await using TlsPeer peer = new("another.example");
        IReadOnlyList<HostCheck> checks = await _host.ExamineAsync(o => o with { Scheduler = new Uri($"https://localhost:{peer.Port}/") });
        HostCheck check = AssertOnlyFailed(checks, "Tls", "Scheduler")[0];
        Assert.Equal("CertificateUntrusted", check.Code);
        Assert.Contains("for another name", check.Detail, StringComparison.Ordinal);
        Assert.Contains("another.example", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluators_that_nobody_offers_are_found()
    {
        using ClosedPort port = new();
        HostCheck check = AssertOnlyFailed(await _host.ExamineAsync(o => o with { Evaluator = new("127.0.0.1", port.Port), WithEvaluators = true }), "Evaluator")[0];
        Assert.Equal("EvaluatorConnection", check.Code);
        Assert.Contains("inet-daemon", check.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_evaluator_is_given_up()
    {
        using SilentPeer peer = new();
        HostCheck check = AssertOnlyFailed(
            await _host.ExamineAsync(o => o with { Evaluator = new("127.0.0.1", peer.Port), WithEvaluators = true, Timeout = TimeSpan.FromSeconds(15) }), "Evaluator")[0];
        Assert.Equal("EvaluatorStart", check.Code);
    }

    [Fact]
    public async Task A_missing_evaluator_program_is_found()
    {
        IReadOnlyList<HostCheck> checks = await _host.ExamineAsync(o => o with { Locate = () => Engine.InetDaemon.EvaluatorCommand.Locate("/nowhere/dcp-evaluator"), WithEvaluators = true });
        Assert.Equal(["Configuration", "EvaluatorProgram"], checks.Where(c => c.Status == CheckStatus.Failed).Select(c => c.Name));
    }

    [Theory]
    [InlineData("LoadState=loaded\nActiveState=active\nUnitFileState=enabled", CheckStatus.Passed, null)]
    [InlineData("LoadState=loaded\nActiveState=active\nUnitFileState=disabled", CheckStatus.Warning, "ServiceNotEnabled")]
    [InlineData("LoadState=loaded\nActiveState=inactive\nUnitFileState=enabled", CheckStatus.Warning, "ServiceInactive")]
    [InlineData("LoadState=loaded\nActiveState=failed\nUnitFileState=enabled\nResult=exit-code", CheckStatus.Failed, "ServiceFailed")]
    [InlineData("LoadState=masked\nActiveState=inactive", CheckStatus.Warning, "ServiceMasked")]
    [InlineData("LoadState=not-found\nActiveState=inactive", CheckStatus.Skipped, null)]
    public async Task What_systemd_says_is_understood(string answer, CheckStatus status, string? code)
    {
        // systemd does not run where the tests do: its answers are those of systemctl 252.
        string systemctl = Path.Combine(_host.Folder, "systemctl");
        await File.WriteAllTextAsync(systemctl, $"#!/bin/sh\ncat <<'EOF'\n{answer}\nEOF\n");
        SetMode(systemctl, 0b111_000_000);
        IReadOnlyList<HostCheck> checks = await _host.ExamineAsync(o => o with { Services = new ServiceManager(new SystemdPlatform(null, 252, () => true, systemctl)) });
        Assert.Equal(["dcp-inet-daemon", "dcp-sa-worker"], checks.Where(c => c.Name == "SystemService").Select(c => c.Subject));
        Assert.All(checks.Where(c => c.Name == "SystemService"), c => Assert.Equal((status, code), (c.Status, c.Code)));
    }

    [Fact]
    public async Task Who_has_enough_waits_for_nobody()
    {
        using SilentPeer peer = new();
        using CancellationTokenSource enough = new();
        HostExaminationOptions options = new() { Scheduler = new Uri($"http://127.0.0.1:{peer.Port}/"), Timeout = TimeSpan.FromMinutes(10) };
        HostExamination examination = new(options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<HostExamination>.Instance);
        Task run = Task.Run(async () =>
        {
            await foreach (HostCheck check in examination.RunAsync(enough.Token))
            {
                await enough.CancelAsync();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }
    }

    private static HostCheck Of(IReadOnlyList<HostCheck> checks, string name) => checks.First(c => c.Name == name);

    private static HostCheck[] AssertOnlyFailed(IReadOnlyList<HostCheck> checks, params string[] names)
    {
        HostCheck[] failed = [.. checks.Where(c => c.Status == CheckStatus.Failed && (names.Contains(c.Name) || !OfTheMachine.Contains(c.Name)))];
        Assert.True(
            failed.Select(c => c.Name).Distinct().SequenceEqual(names),
            $"expected to fail: {string.Join(", ", names)}; failed: {string.Join("; ", failed.Select(c => $"{c.Name} {c.Subject}: {c.Detail}"))}");
        return failed;
    }
}
