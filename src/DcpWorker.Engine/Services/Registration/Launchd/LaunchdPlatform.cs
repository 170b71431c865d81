using System.Globalization;
using System.Xml.Linq;

namespace DcpWorker.Engine.Services.Registration.Launchd;

/// <summary>Daemons of macOS: property lists in /Library/LaunchDaemons. Source: launchd.plist(5), launchctl(1).</summary>
internal sealed class LaunchdPlatform(string? root) : IServicePlatform
{
    private const string Tool = "/bin/launchctl";
    private const string Folder = "/Library/LaunchDaemons";
    private const string Domain = "system";
    private const string Site = "/opt/dcp";

    public string Name => "launchd";

    public string NameOf(DcpService service) => "computer.distributed." + Short(service);

    public string FileOf(DcpService service) => $"{root}{Folder}/{NameOf(service)}.plist";

    public ServiceDefinition Define(ServiceOptions options)
    {
        string text = PropertyList.Write(Settings(options));

        // a comment must not stand before the declaration
        int end = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        string stamped = $"{text[..end]}<!-- {FileStamp.For(text)} -->\n{text[end..]}";
        return new ServiceDefinition(
            [new ServiceFile(FileOf(options.Service), stamped)],
            root is null ? [new ManagerCommand(Tool, options.StartAtBoot ? "enable" : "disable", Target(options.Service))] : []);
    }

    // what is not loaded cannot be unloaded
    public IReadOnlyList<ManagerCommand> Removal(DcpService service) => root is null ? [new ManagerCommand(Tool, "bootout", Target(service)) { MayFail = true }] : [];

    public IReadOnlyList<ManagerCommand> AfterRemoval(DcpService service) => [];

    public IReadOnlyList<ManagerCommand> Start(DcpService service) => [Load(service), new ManagerCommand(Tool, "kickstart", Target(service))];

    public IReadOnlyList<ManagerCommand> Stop(DcpService service) => [new ManagerCommand(Tool, "bootout", Target(service)) { MayFail = true }];

    public IReadOnlyList<ManagerCommand> Restart(DcpService service) => [Load(service), new ManagerCommand(Tool, "kickstart", "-k", Target(service))];

    public IReadOnlyList<ManagerCommand> Query(DcpService service) =>
        root is null ? [new ManagerCommand(Tool, "print", Target(service)), new ManagerCommand(Tool, "print-disabled", Domain)] : [];

    public ServiceStatus Read(DcpService service, IReadOnlyList<CommandResult> answers)
    {
        ServiceStatus status = new() { Service = service, Name = NameOf(service), Manager = Name, State = ServiceState.NotInstalled };
        if (!File.Exists(FileOf(service)))
        {
            return status;
        }

        status = status with { State = ServiceState.Stopped, Definition = FileOf(service), StartsAtBoot = answers is not [_, { } disabled] || !IsDisabled(disabled.Output, service) };
        if (answers is not [{ ExitCode: 0 } printed, ..])
        {
            return status;
        }

        string? exit = Value(printed.Output, "last exit code");
        bool failed = exit is not (null or "0" or "(never exited)");
        return status with
        {
            State = Value(printed.Output, "state") == "running" ? ServiceState.Running : failed ? ServiceState.Failed : ServiceState.Stopped,
            ProcessId = int.TryParse(Value(printed.Output, "pid"), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : null,
            Restarts = int.TryParse(Value(printed.Output, "runs"), NumberStyles.None, CultureInfo.InvariantCulture, out int runs) ? Math.Max(0, runs - 1) : null,
            LastResult = failed ? $"exit code {exit}" : null,
        };
    }

    public string? Objection(ServiceOptions options) => !File.Exists(root + options.Program) ? $"There is no program '{root}{options.Program}'."
        : options.User is "root" ? "Nothing of this runs as root: name an unprivileged user."
        : null;

    public string? Unavailable() => null;

    private static string Short(DcpService service) => service switch { DcpService.Worker => "dcp-sa-worker", _ => "dcp-inet-daemon" };

    private string Target(DcpService service) => $"{Domain}/{NameOf(service)}";

    // fails when it is loaded already
    private ManagerCommand Load(DcpService service) => new(Tool, "bootstrap", Domain, FileOf(service)) { MayFail = true };

    private XElement[] Settings(ServiceOptions options)
    {
        string resources = options.ResourceDirectory ?? $"{Site}/.dcp";
        string log = $"/Library/Logs/{Short(options.Service)}.log";
        string[] verb = options.Service switch { DcpService.Worker => ["start", "--stop-within", "8"], _ => ["inet-daemon"] };
        Dictionary<string, string> environment = new() { ["DCP_RESOURCE_DIR"] = resources, ["DOTNET_EnableDiagnostics"] = "0" };
        if (options.ConfigRoot is { } configuration)
        {
            environment["DCP_CONFIG_ROOT"] = configuration;
        }

        return PropertyList.Dictionary(new()
        {
            ["Label"] = PropertyList.Text(NameOf(options.Service)),
            ["ProgramArguments"] = PropertyList.Texts([options.Program, .. verb, .. options.Arguments]),
            ["UserName"] = PropertyList.Text(options.User ?? "_dcp"),
            ["WorkingDirectory"] = PropertyList.Text(options.ResourceDirectory ?? Site),
            ["EnvironmentVariables"] = PropertyList.Texts(environment),
            ["RunAtLoad"] = PropertyList.Flag(true),

            // started again when it ends with an exit code other than 0, not sooner than this many seconds after its start
            ["KeepAlive"] = PropertyList.Of(PropertyList.Dictionary(new() { ["SuccessfulExit"] = PropertyList.Flag(false) })),
            ["ThrottleInterval"] = PropertyList.Number(10),
            ["ExitTimeOut"] = PropertyList.Number(10),
            ["ProcessType"] = PropertyList.Text("Background"),
            ["Umask"] = PropertyList.Number(0x3f),
            ["HardResourceLimits"] = PropertyList.Of(PropertyList.Dictionary(new() { ["Core"] = PropertyList.Number(0) })),
            ["StandardOutPath"] = PropertyList.Text(log),
            ["StandardErrorPath"] = PropertyList.Text(log),
        });
    }

    private bool IsDisabled(string output, DcpService service) =>
        output.Split('\n').Any(l => l.Contains($"\"{NameOf(service)}\"", StringComparison.Ordinal) && (l.Contains("=> disabled", StringComparison.Ordinal) || l.Contains("=> true", StringComparison.Ordinal)));

    /// <summary>The value in a line <c>name = value</c> of the outermost level, which is indented once.</summary>
    private static string? Value(string output, string name) =>
        output.Split('\n').FirstOrDefault(l => l.StartsWith($"\t{name} = ", StringComparison.Ordinal))?[(name.Length + 4)..].Trim();
}
