using System.Xml.Linq;
using DcpWorker.Engine.Services.Registration;
using DcpWorker.Engine.Services.Registration.Launchd;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Services.Registration;

/// <summary>Property lists against what launchd.plist(5) asks for. No macOS has run them.</summary>
public sealed class LaunchdPlatformTests
{
    // key and type of its value, from launchd.plist(5)
    private static readonly Dictionary<string, string> Known = new()
    {
        ["Label"] = "string", ["ProgramArguments"] = "array", ["UserName"] = "string", ["WorkingDirectory"] = "string", ["EnvironmentVariables"] = "dict",
        ["RunAtLoad"] = "true", ["KeepAlive"] = "dict", ["ThrottleInterval"] = "integer", ["ExitTimeOut"] = "integer", ["ProcessType"] = "string",
        ["Umask"] = "integer", ["HardResourceLimits"] = "dict", ["StandardOutPath"] = "string", ["StandardErrorPath"] = "string",
    };

    [Theory]
    [InlineData(DcpService.Worker, "computer.distributed.dcp-sa-worker", "start|--stop-within|8")]
    [InlineData(DcpService.InetDaemon, "computer.distributed.dcp-inet-daemon", "inet-daemon")]
    public void A_daemon_is_described_in_the_keys_of_launchd(DcpService service, string label, string verb)
    {
        ServiceDefinition definition = new LaunchdPlatform(null).Define(Options(service));

        ServiceFile file = Assert.Single(definition.Files);
        Assert.Equal($"/Library/LaunchDaemons/{label}.plist", file.Path);
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- Written by", file.Content, StringComparison.Ordinal);
        Assert.Contains("<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">", file.Content, StringComparison.Ordinal);
        Dictionary<string, XElement> keys = Keys(file.Content);
        Assert.All(keys, k => Assert.Equal(Known[k.Key], k.Value.Name.LocalName));
        Assert.Equal(label, keys["Label"].Value);
        Assert.Equal(["/opt/dcp/bin/dcp-worker", .. verb.Split('|'), "--verbose", "a<b>&c"], keys["ProgramArguments"].Elements().Select(e => e.Value));
        Assert.Equal("_dcp", keys["UserName"].Value);

        // started again after a failure, not after an orderly end
        Assert.Equal(("SuccessfulExit", "false"), (keys["KeepAlive"].Elements().First().Value, keys["KeepAlive"].Elements().Last().Name.LocalName));
        Assert.Equal($"/bin/launchctl enable system/{label}", Assert.Single(definition.Commands).ToString());
    }

    [Fact]
    public void What_is_written_can_be_told_from_what_somebody_has_changed()
    {
        string text = new LaunchdPlatform(null).Define(Options(DcpService.Worker)).Files[0].Content;
        Assert.True(FileStamp.IsIntact(text));
        Assert.False(FileStamp.IsIntact(text.Replace("_dcp", "ann", StringComparison.Ordinal)));
        Assert.False(FileStamp.IsIntact("<plist/>"));
    }

    [Fact]
    public void Starting_loads_first_and_stopping_unloads()
    {
        LaunchdPlatform platform = new(null);
        const string Load = "/bin/launchctl bootstrap system /Library/LaunchDaemons/computer.distributed.dcp-sa-worker.plist";
        Assert.Equal([Load, "/bin/launchctl kickstart system/computer.distributed.dcp-sa-worker"], platform.Start(DcpService.Worker).Select(c => c.ToString()));
        Assert.Equal([Load, "/bin/launchctl kickstart -k system/computer.distributed.dcp-sa-worker"], platform.Restart(DcpService.Worker).Select(c => c.ToString()));
        Assert.Equal("/bin/launchctl bootout system/computer.distributed.dcp-sa-worker", Assert.Single(platform.Stop(DcpService.Worker)).ToString());
    }

    [Fact]
    public void What_launchctl_prints_is_understood()
    {
        using TemporaryFolder system = new();
        LaunchdPlatform platform = new(system.Path);
        Assert.Equal(ServiceState.NotInstalled, platform.Read(DcpService.Worker, []).State);
        system.Write("Library/LaunchDaemons/computer.distributed.dcp-sa-worker.plist", "");
        Assert.Equal(ServiceState.Stopped, platform.Read(DcpService.Worker, []).State);

        CommandResult printed = new(0, "system/computer.distributed.dcp-sa-worker = {\n\tactive count = 1\n\tstate = running\n\n\truns = 3\n\tpid = 4711\n\tlast exit code = 2\n\tspawn = {\n\t\tstate = active\n\t}\n}\n", "");
        CommandResult disabled = new(0, "disabled services = {\n\t\t\"com.example\" => enabled\n\t\t\"computer.distributed.dcp-sa-worker\" => disabled\n\t}\n", "");
        ServiceStatus running = platform.Read(DcpService.Worker, [printed, new CommandResult(0, "", "")]);
        Assert.Equal((ServiceState.Running, 4711, 2, true), (running.State, running.ProcessId, running.Restarts, running.StartsAtBoot));
        Assert.False(platform.Read(DcpService.Worker, [printed, disabled]).StartsAtBoot);

        CommandResult ended = printed with { Output = printed.Output.Replace("running", "not running", StringComparison.Ordinal).Replace("\tpid = 4711\n", "", StringComparison.Ordinal) };
        Assert.Equal((ServiceState.Failed, "exit code 2"), (platform.Read(DcpService.Worker, [ended]).State, platform.Read(DcpService.Worker, [ended]).LastResult));
    }

    private static ServiceOptions Options(DcpService service) =>
        new() { Service = service, Program = "/opt/dcp/bin/dcp-worker", Arguments = ["--verbose", "a<b>&c"], ConfigRoot = "/opt/dcp/etc" };

    private static Dictionary<string, XElement> Keys(string plist)
    {
        XElement[] entries = [.. XDocument.Parse(plist).Root!.Element("dict")!.Elements()];
        return entries.Chunk(2).ToDictionary(pair => pair[0].Value, pair => pair[1]);
    }
}
