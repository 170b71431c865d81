using DcpWorker.Engine.Services.Registration;
using DcpWorker.Engine.Services.Registration.Windows;

namespace DcpWorker.Engine.Tests.Services.Registration;

/// <summary>
/// Services against what the reference of sc.exe, reg.exe and Win32_Service says. No Windows has run them.
/// </summary>
public sealed class WindowsPlatformTests
{
    private static readonly WindowsPlatform Platform = new(@"C:\ProgramData");

    [Fact]
    public void A_service_starts_late_as_a_virtual_account()
    {
        ManagerCommand[] commands = [.. Define(DcpService.Worker, o => o with { Arguments = ["--job", "a b"] }).Commands];

        foreach (string verb in (string[])["create", "config"])
        {
            Dictionary<string, string> how = Pairs(Single(commands, "sc.exe", verb, "dcp-sa-worker"));
            Assert.Equal("\"C:\\Program Files\\dcp\\dcp-worker.exe\" --windows-service dcp-sa-worker start --stop-within 8 --job \"a b\"", how["binPath="]);
            Assert.Equal("delayed-auto", how["start="]);
            Assert.Equal(@"NT SERVICE\dcp-sa-worker", how["obj="]);
            Assert.Equal("DCP worker", how["DisplayName="]);
        }

        // what is there already cannot be made, only changed
        Assert.True(Single(commands, "sc.exe", "create").MayFail);
        Assert.False(Single(commands, "sc.exe", "config").MayFail);
    }

    [Fact]
    public void A_service_is_started_again_after_failures_of_every_kind_and_has_no_privileges()
    {
        ManagerCommand[] commands = [.. Define(DcpService.InetDaemon).Commands];

        Dictionary<string, string> failure = Pairs(Single(commands, "sc.exe", "failure", "dcp-inet-daemon"));
        Assert.Equal("600", failure["reset="]);
        Assert.Equal("restart/3000/restart/30000/restart/120000", failure["actions="]);
        Assert.Equal("1", Single(commands, "sc.exe", "failureflag", "dcp-inet-daemon").Arguments[^1]);
        Assert.Equal("unrestricted", Single(commands, "sc.exe", "sidtype", "dcp-inet-daemon").Arguments[^1]);
        Assert.Equal("SeChangeNotifyPrivilege", Single(commands, "sc.exe", "privs", "dcp-inet-daemon").Arguments[^1]);
    }

    [Fact]
    public void The_event_log_finds_its_source_and_the_service_its_folders()
    {
        ManagerCommand[] commands = [.. Define(DcpService.Worker, o => o with { ConfigRoot = @"D:\dcp\etc" }).Commands];

        ManagerCommand texts = commands.Single(c => c.Arguments.Contains("EventMessageFile"));
        Assert.Equal(@"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\dcp-sa-worker", texts.Arguments[1]);
        Assert.Equal(["REG_EXPAND_SZ", "/d", @"%SystemRoot%\System32\EventCreate.exe", "/f"], texts.Arguments.TakeLast(4));
        ManagerCommand environment = commands.Single(c => c.Arguments.Contains("Environment"));
        Assert.Equal(["REG_MULTI_SZ", "/d", @"DCP_RESOURCE_DIR=C:\ProgramData\dcp\.dcp\0DOTNET_EnableDiagnostics=0\0DCP_CONFIG_ROOT=D:\dcp\etc", "/f"], environment.Arguments.TakeLast(4));
        Assert.Equal([@"C:\ProgramData\dcp\.dcp", "/grant", @"NT SERVICE\dcp-sa-worker:(OI)(CI)M"], Single(commands, "icacls.exe").Arguments);
    }

    [Fact]
    public void A_service_that_starts_by_hand_and_a_user_of_its_own_can_be_had()
    {
        Dictionary<string, string> how = Pairs(Single([.. Define(DcpService.Worker, o => o with { StartAtBoot = false, User = @"SITE\dcp$" }).Commands], "sc.exe", "config"));
        Assert.Equal(("demand", @"SITE\dcp$"), (how["start="], how["obj="]));
    }

    [Fact]
    public void Commands_are_shown_as_one_types_them_there()
    {
        Assert.Equal("sc.exe failureflag dcp-sa-worker 1", Define(DcpService.Worker).Commands.Single(c => c.Arguments[0] == "failureflag").ToString());
        Assert.Contains("obj= \"NT SERVICE\\dcp-sa-worker\"", Single([.. Define(DcpService.Worker).Commands], "sc.exe", "config").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_stopped_before_it_is_removed_and_its_source_goes_with_it()
    {
        Assert.Equal(["powershell.exe", "sc.exe"], Platform.Removal(DcpService.Worker).Select(c => c.Program));
        Assert.Contains("Stop-Service -Name 'dcp-sa-worker'", Platform.Removal(DcpService.Worker)[0].Arguments[^1], StringComparison.Ordinal);
        Assert.Equal("delete", Platform.AfterRemoval(DcpService.Worker)[0].Arguments[0]);
    }

    [Theory]
    [InlineData("""{"State":"Running","StartMode":"Auto","ProcessId":4711,"ExitCode":0,"PathName":"x"}""", ServiceState.Running, true, 4711, null)]
    [InlineData("""{"State":"Start Pending","StartMode":"Manual","ProcessId":4711,"ExitCode":0}""", ServiceState.Starting, false, 4711, null)]
    [InlineData("""{"State":"Stop Pending","StartMode":"Auto","ProcessId":4711,"ExitCode":0}""", ServiceState.Stopping, true, 4711, null)]
    [InlineData("""{"State":"Stopped","StartMode":"Auto","ProcessId":0,"ExitCode":1077}""", ServiceState.Stopped, true, null, null)]
    [InlineData("""{"State":"Stopped","StartMode":"Disabled","ProcessId":0,"ExitCode":1066}""", ServiceState.Failed, false, null, "exit code 1066")]
    [InlineData("", ServiceState.NotInstalled, false, null, null)]
    public void What_windows_says_is_understood(string said, ServiceState state, bool boot, int? process, string? result)
    {
        ServiceStatus status = Platform.Read(DcpService.Worker, [new CommandResult(0, said + "\r\n", "")]);
        Assert.Equal((state, boot, process, result), (status.State, status.StartsAtBoot, status.ProcessId, status.LastResult));
    }

    private static ServiceDefinition Define(DcpService service, Func<ServiceOptions, ServiceOptions>? change = null)
    {
        ServiceOptions options = new() { Service = service, Program = @"C:\Program Files\dcp\dcp-worker.exe" };
        ServiceDefinition definition = Platform.Define(change?.Invoke(options) ?? options);
        Assert.Empty(definition.Files);
        return definition;
    }

    private static ManagerCommand Single(ManagerCommand[] commands, string program, params string[] first) =>
        Assert.Single(commands, c => c.Program == program && c.Arguments.Take(first.Length).SequenceEqual(first));

    /// <summary>sc.exe takes "name= value", the space belonging to it.</summary>
    private static Dictionary<string, string> Pairs(ManagerCommand command) => command.Arguments.Skip(2).Chunk(2).ToDictionary(p => p[0], p => p[1]);
}
