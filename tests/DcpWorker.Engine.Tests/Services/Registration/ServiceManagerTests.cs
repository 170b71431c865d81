using System.Runtime.Versioning;
using DcpWorker.Engine.Services.Registration;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Services.Registration;

/// <summary>Services in the image of a system, by the real systemctl; under a real systemd they are tried in tests/Systemd.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ServiceManagerTests : IDisposable
{
    private readonly TemporaryFolder _system = new();
    private readonly ServiceManager _manager;

    public ServiceManagerTests()
    {
        _system.Write("etc/passwd", "dcp:x:990:990::/opt/dcp:/usr/sbin/nologin\n");
        _system.Write("etc/group", "workers:x:990:\n");
        _system.Write("opt/dcp/bin/dcp-worker", "");
        _manager = ServiceManager.OfThisSystem(_system.Path);
    }

    public void Dispose() => _system.Dispose();

    [SystemctlFact]
    public async Task A_service_is_installed_found_and_removed()
    {
        Assert.Equal(ServiceState.NotInstalled, (await StatusAsync()).State);

        await InstallAsync();

        ServiceStatus status = await StatusAsync();
        Assert.Equal((ServiceState.Stopped, true, UnitPath), (status.State, status.StartsAtBoot, status.Definition));
        Assert.True(File.Exists(Path.Combine(_system.Path, "etc/systemd/system/multi-user.target.wants/dcp-sa-worker.service")) || IsLink("etc/systemd/system/multi-user.target.wants/dcp-sa-worker.service"));
        Assert.Contains("\nGroup=dcp\n", File.ReadAllText(UnitPath), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(UnitPath));

        await _manager.UninstallAsync(DcpService.Worker, force: false, default);

        Assert.Equal(ServiceState.NotInstalled, (await StatusAsync()).State);
        Assert.False(File.Exists(UnitPath));
        Assert.False(IsLink("etc/systemd/system/multi-user.target.wants/dcp-sa-worker.service"));
        Assert.Equal(ServiceException.NotFound, (await Assert.ThrowsAsync<ServiceException>(() => _manager.UninstallAsync(DcpService.Worker, false, default))).Code);
    }

    [SystemctlFact]
    public async Task A_service_that_starts_by_hand_is_not_wanted_by_anything()
    {
        await InstallAsync(o => o with { StartAtBoot = false, User = "dcp" });

        Assert.False((await StatusAsync()).StartsAtBoot);
        Assert.Contains("\nGroup=workers\n", File.ReadAllText(UnitPath), StringComparison.Ordinal);
    }

    [SystemctlFact]
    public async Task Installing_again_brings_up_to_date_what_nobody_has_changed()
    {
        await InstallAsync();
        await InstallAsync();
        await InstallAsync(o => o with { Arguments = ["--sandboxes=2"] });
        Assert.Contains("--sandboxes=2", File.ReadAllText(UnitPath), StringComparison.Ordinal);
    }

    [SystemctlTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_somebody_has_changed_or_made_is_left_alone_unless_forced(bool changed)
    {
        if (changed)
        {
            await InstallAsync();
        }

        Directory.CreateDirectory(Path.GetDirectoryName(UnitPath)!);
        File.AppendAllText(UnitPath, "\n[Service]\nExecStart=/bin/true\n");
        string before = File.ReadAllText(UnitPath);

        Assert.Equal(ServiceException.Exists, (await Assert.ThrowsAsync<ServiceException>(() => InstallAsync(o => o with { Arguments = ["--verbose"] }))).Code);
        Assert.Equal(ServiceException.Exists, (await Assert.ThrowsAsync<ServiceException>(() => _manager.UninstallAsync(DcpService.Worker, false, default))).Code);
        Assert.Equal(before, File.ReadAllText(UnitPath));

        await InstallAsync(force: true);
        Assert.NotEqual(before, File.ReadAllText(UnitPath));
        await _manager.UninstallAsync(DcpService.Worker, force: true, default);
        Assert.False(File.Exists(UnitPath));
    }

    [SystemctlFact]
    public async Task What_could_not_run_is_not_installed_unless_forced()
    {
        ServiceException e = await Assert.ThrowsAsync<ServiceException>(() => InstallAsync(o => o with { User = "stranger" }));
        Assert.Equal(ServiceException.Unusable, e.Code);
        Assert.False(File.Exists(UnitPath));

        await InstallAsync(o => o with { User = "stranger" }, force: true);
        Assert.Contains("\nUser=stranger\n", File.ReadAllText(UnitPath), StringComparison.Ordinal);
    }

    [SystemctlFact]
    public async Task A_system_that_does_not_run_starts_nothing()
    {
        await InstallAsync();
        foreach (Func<DcpService, CancellationToken, Task> control in (Func<DcpService, CancellationToken, Task>[])[_manager.StartAsync, _manager.StopAsync, _manager.RestartAsync])
        {
            Assert.Equal(ServiceException.NoManager, (await Assert.ThrowsAsync<ServiceException>(() => control(DcpService.Worker, default))).Code);
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_is_no_system() =>
        Assert.Equal(ServiceException.NotFound, Assert.Throws<ServiceException>(() => ServiceManager.OfThisSystem("/nowhere/at/all")).Code);

    [Fact]
    public void Managers_are_known_by_name_in_any_case()
    {
        Assert.Equal("systemd", ServiceManager.Of("SystemD").Name);
        Assert.Equal("Windows", ServiceManager.Of("windows").Name);
        Assert.Equal("launchd", ServiceManager.Of("launchd").Name);
        Assert.Equal(ServiceException.NoManager, Assert.Throws<ServiceException>(() => ServiceManager.Of("runit")).Code);
    }

    private string UnitPath => Path.Combine(_system.Path, "etc/systemd/system/dcp-sa-worker.service");

    private bool IsLink(string path) => new FileInfo(Path.Combine(_system.Path, path)).LinkTarget is not null;

    private Task<ServiceStatus> StatusAsync() => _manager.StatusAsync(DcpService.Worker, default);

    private Task InstallAsync(Func<ServiceOptions, ServiceOptions>? change = null, bool force = false)
    {
        ServiceOptions options = new() { Service = DcpService.Worker, Program = "/opt/dcp/bin/dcp-worker" };
        return _manager.InstallAsync(change?.Invoke(options) ?? options, force, default);
    }
}
