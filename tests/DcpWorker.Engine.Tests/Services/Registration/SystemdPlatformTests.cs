using System.Runtime.Versioning;
using DcpWorker.Engine.Services.Registration;
using DcpWorker.Engine.Services.Registration.Systemd;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Services.Registration;

/// <summary>Units, as they are made and as systemd tells of them.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SystemdPlatformTests
{
    private static readonly SystemdPlatform Debian12 = new(null, version: 252, runs: () => true);

    [Theory]
    [InlineData(DcpService.Worker, "dcp-sa-worker.service")]
    [InlineData(DcpService.InetDaemon, "dcp-inet-daemon.service")]
    public void A_service_as_packaged_is_registered_with_the_unit_that_is_shipped(DcpService service, string unit)
    {
        ServiceDefinition definition = Debian12.Define(Packaged(service));

        ServiceFile file = Assert.Single(definition.Files);
        Assert.Equal($"/etc/systemd/system/{unit}", file.Path);
        string[] lines = file.Content.Split('\n', 2);
        Assert.StartsWith("# Written by 'dcp-worker service install' sha256:", lines[0], StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.Combine(Built.Root, "packaging", "systemd", unit)), lines[1]);
        Assert.Equal(["systemctl daemon-reload", $"systemctl enable {unit}"], definition.Commands.Select(c => c.ToString()));
    }

    [Fact]
    public void A_later_systemd_gets_what_only_it_understands()
    {
        string unit = new SystemdPlatform(null, version: 257, runs: () => true).Define(Packaged(DcpService.Worker)).Files[0].Content;
        Assert.Contains("\nRestartSteps=6\nRestartMaxDelaySec=5min\n", unit, StringComparison.Ordinal);
        Assert.DoesNotContain("\nRestartSteps", Debian12.Define(Packaged(DcpService.Worker)).Files[0].Content, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_user_and_arguments_are_those_that_are_asked_for_and_quoted_as_systemd_wants_it()
    {
        ServiceOptions options = new()
        {
            Service = DcpService.Worker,
            Program = "/srv/my programs/100%/dcp-worker",
            Arguments = ["--sandboxes=2", "--job", "a \"quoted\" $name"],
            User = "daemon",
            ResourceDirectory = "/srv/my keys",
            ConfigRoot = "/srv/etc",
            StartAtBoot = false,
        };

        ServiceDefinition definition = Debian12.Define(options);

        string[] lines = definition.Files[0].Content.Split('\n');
        Assert.Contains("ExecStart=\"/srv/my programs/100%%/dcp-worker\" start --stop-within 8 --sandboxes=2 --job \"a \\\"quoted\\\" $$name\"", lines);
        Assert.Contains("User=daemon", lines);
        Assert.Contains("Group=daemon", lines);
        Assert.Contains("WorkingDirectory=/srv/my keys", lines);
        Assert.Contains("ReadWritePaths=\"-/srv/my keys\"", lines);
        Assert.Contains(lines, l => l.StartsWith("Environment=\"DCP_RESOURCE_DIR=/srv/my keys\" DOTNET_EnableDiagnostics=0 DCP_CONFIG_ROOT=/srv/etc", StringComparison.Ordinal));
        Assert.Contains("ProtectHome=yes", lines);
        Assert.Equal("systemctl daemon-reload", Assert.Single(definition.Commands).ToString());
    }

    [Theory]
    [InlineData("/home/ann/bin/dcp-worker", null)]
    [InlineData("/opt/dcp/bin/dcp-worker", "/root/keys")]
    public void What_lies_in_a_home_can_be_seen_and_not_written(string program, string? resources) =>
        Assert.Contains("\nProtectHome=read-only\n", Debian12.Define(Packaged(DcpService.Worker) with { Program = program, ResourceDirectory = resources }).Files[0].Content, StringComparison.Ordinal);

    [Theory]
    [InlineData("root", "/bin/true", "unprivileged user")]
    [InlineData("nobody-of-that-name", "/bin/true", "useradd --system")]
    [InlineData("daemon", "/nowhere/dcp-worker", "There is no program '/nowhere/dcp-worker'")]
    public void What_could_not_run_is_objected_to(string user, string program, string why) =>
        Assert.Contains(why, Debian12.Objection(Packaged(DcpService.Worker) with { User = user, Program = program }), StringComparison.Ordinal);

    [Fact]
    public void A_program_that_the_user_cannot_reach_is_objected_to()
    {
        using TemporaryFolder folder = new();
        ServiceOptions options = Packaged(DcpService.Worker) with { User = "daemon" };

        string hidden = folder.Write("dcp-worker", "");
        Assert.Contains("folder for temporary files", Debian12.Objection(options with { Program = hidden }), StringComparison.Ordinal);

        using TemporaryFolder system = new();
        system.Write("etc/passwd", "daemon:x:1:1::/:/bin/false\n");
        system.Write("opt/dcp/bin/dcp-worker", "");
        SystemdPlatform image = new(system.Path, 252);
        Assert.Null(image.Objection(options));
        File.SetUnixFileMode(Path.Combine(system.Path, "opt/dcp"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Contains("is closed to others", image.Objection(options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("systemd 252 (252.38-1~deb12u1)\n+PAM", 252)]
    [InlineData("systemd 257 (257.8-1)\n", 257)]
    [InlineData("systemd 256~rc3 (x)", 0)]
    [InlineData("", 0)]
    public void The_version_is_the_number_in_the_first_line(string output, int version) => Assert.Equal(version, SystemdVersion.Parse(output));

    [Fact]
    public void What_systemctl_shows_is_understood()
    {
        ServiceStatus running = Read(
            """
            Type=notify
            MainPID=812
            StatusText=Working: 2 of 3 sandboxes busy (a=b)
            NRestarts=1
            Result=success
            ExecMainCode=0
            ExecMainStatus=0
            LoadState=loaded
            ActiveState=active
            SubState=running
            FragmentPath=/etc/systemd/system/dcp-sa-worker.service
            UnitFileState=enabled
            StateChangeTimestamp=@1790000000
            """);
        Assert.Equal(
            new ServiceStatus
            {
                Service = DcpService.Worker,
                Name = "dcp-sa-worker",
                Manager = "systemd",
                State = ServiceState.Running,
                StartsAtBoot = true,
                ProcessId = 812,
                Since = DateTimeOffset.FromUnixTimeSeconds(1790000000),
                StatusText = "Working: 2 of 3 sandboxes busy (a=b)",
                Restarts = 1,
                Definition = "/etc/systemd/system/dcp-sa-worker.service",
            },
            running);

        ServiceStatus failed = Read("LoadState=loaded\nActiveState=failed\nMainPID=0\nResult=exit-code\nExecMainCode=1\nExecMainStatus=3\nUnitFileState=disabled\nStatusText=\nStateChangeTimestamp=\n");
        Assert.Equal((ServiceState.Failed, "exit-code (exit code 3)", false, null, null), (failed.State, failed.LastResult, failed.StartsAtBoot, failed.ProcessId, failed.StatusText));
        Assert.Null(failed.Since);

        Assert.Equal("watchdog (signal 6)", Read("LoadState=loaded\nActiveState=activating\nResult=watchdog\nExecMainCode=3\nExecMainStatus=6\n").LastResult);
        Assert.Equal(ServiceState.Starting, Read("LoadState=loaded\nActiveState=activating\n").State);
        Assert.Equal(ServiceState.Stopping, Read("LoadState=loaded\nActiveState=deactivating\n").State);
        Assert.Equal(ServiceState.Stopped, Read("LoadState=loaded\nActiveState=inactive\n").State);
        Assert.Equal(ServiceState.NotInstalled, Read("LoadState=not-found\nActiveState=inactive\n").State);
    }

    [Fact]
    public void A_systemd_that_does_not_answer_is_said()
    {
        ServiceException e = Assert.Throws<ServiceException>(() => Debian12.Read(DcpService.Worker, [new CommandResult(1, "", "Failed to connect to bus\n")]));
        Assert.Equal(ServiceException.NoManager, e.Code);
        Assert.Contains("Failed to connect to bus", e.Message, StringComparison.Ordinal);
    }

    private static ServiceOptions Packaged(DcpService service) => new() { Service = service, Program = "/opt/dcp/bin/dcp-worker" };

    private static ServiceStatus Read(string shown) => Debian12.Read(DcpService.Worker, [new CommandResult(0, shown, "")]);
}
