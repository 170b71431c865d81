using System.Reflection;

namespace DcpWorker.Engine.Services.Registration.Systemd;

/// <summary>Units of systemd: those that are shipped in packaging/systemd, with the places and the user that are asked for.</summary>
internal sealed class SystemdPlatform : IServicePlatform
{
    private static readonly string[] Tools = ["/usr/bin/systemctl", "/bin/systemctl"];
    private const string Units = "/etc/systemd/system";
    private const string DefaultUser = "dcp";
    private const string PackagedProgram = "/opt/dcp/bin/dcp-worker";
    private const string PackagedResources = "/opt/dcp/.dcp";

    // what ProtectHome= is about
    private static readonly string[] Homes = ["/home", "/root", "/run/user"];

    private readonly string? _root;
    private readonly Func<bool> _runs;
    private readonly Lazy<int> _version;
    private readonly string? _tool;

    /// <param name="root">Folder of a system that does not run; null: this one.</param>
    /// <param name="version">systemd's version; null: ask.</param>
    /// <param name="runs">Whether systemd runs this system; null: look.</param>
    /// <param name="tool">Path of systemctl; null: this system's.</param>
    public SystemdPlatform(string? root, int? version = null, Func<bool>? runs = null, string? tool = null)
    {
        _tool = tool;
        _root = root;
        _runs = runs ?? (() => Directory.Exists("/run/systemd/system"));
        _version = new Lazy<int>(() => version ?? SystemdVersion.Read());
    }

    public string Name => "systemd";

    private string Tool => _tool ?? "systemctl";

    private bool IsOffline => _root is not null || !_runs();

    public string NameOf(DcpService service) => service switch { DcpService.Worker => "dcp-sa-worker", _ => "dcp-inet-daemon" };

    public string FileOf(DcpService service) => $"{_root}{Units}/{Unit(service)}";

    public ServiceDefinition Define(ServiceOptions options)
    {
        UnitFile unit = new(Template(options.Service));
        string program = Path.GetFullPath(options.Program);
        string resources = options.ResourceDirectory is { } given ? Path.GetFullPath(given) : PackagedResources;
        string[] arguments = [.. unit.Get("ExecStart").Split(' ').Skip(1), .. options.Arguments.Select(UnitFile.Argument)];
        unit.Set("ExecStart", string.Join(' ', [UnitFile.Argument(program), .. arguments]));
        unit.Set("User", options.User ?? DefaultUser);
        unit.Set("Group", options.User is { } user ? UnixGroups.PrimaryOf(user, _root) ?? user : DefaultUser);
        unit.Set("WorkingDirectory", resources == PackagedResources ? "/opt/dcp" : resources.Replace("%", "%%", StringComparison.Ordinal));
        unit.Set("ReadWritePaths", UnitFile.Word("-" + resources));
        unit.Set("Environment", string.Join(' ', Environment(options, resources).Select(e => UnitFile.Word($"{e.Key}={e.Value}"))));
        if (new[] { program, resources, options.ConfigRoot }.Any(IsInHome))
        {
            // what it needs lies in somebody's home: seen, not written
            unit.Set("ProtectHome", "read-only");
        }

        unit.Enable(_version.Value);
        string text = unit.ToString();
        return new ServiceDefinition(
            [new ServiceFile(FileOf(options.Service), $"# {FileStamp.For(text)}\n{text}")],
            [.. Reload, .. options.StartAtBoot ? [Offline("enable", Unit(options.Service))] : Array.Empty<ManagerCommand>()]);
    }

    public IReadOnlyList<ManagerCommand> Removal(DcpService service) =>
    [
        .. IsOffline ? Array.Empty<ManagerCommand>() : [new ManagerCommand(Tool, "stop", Unit(service))],
        Offline("disable", Unit(service)),
    ];

    public IReadOnlyList<ManagerCommand> AfterRemoval(DcpService service) =>
        IsOffline ? [] : [.. Reload, new ManagerCommand(Tool, "reset-failed", Unit(service)) { MayFail = true }];

    public IReadOnlyList<ManagerCommand> Start(DcpService service) => [new ManagerCommand(Tool, "start", Unit(service))];

    public IReadOnlyList<ManagerCommand> Stop(DcpService service) => [new ManagerCommand(Tool, "stop", Unit(service))];

    public IReadOnlyList<ManagerCommand> Restart(DcpService service) => [new ManagerCommand(Tool, "restart", Unit(service))];

    public IReadOnlyList<ManagerCommand> Query(DcpService service) => IsOffline
        ? [Offline("is-enabled", Unit(service))]
        : [new ManagerCommand(Tool, "show", Unit(service), "--timestamp=unix", "--property=" + string.Join(',', UnitProperties.Names))];

    public ServiceStatus Read(DcpService service, IReadOnlyList<CommandResult> answers)
    {
        ServiceStatus status = new() { Service = service, Name = NameOf(service), Manager = Name, State = ServiceState.NotInstalled };
        if (!IsOffline)
        {
            return answers[0].ExitCode == 0
                ? UnitProperties.Parse(answers[0].Output).Describe(status)
                : throw new ServiceException(ServiceException.NoManager, $"systemd does not answer: {answers[0].Errors.Trim()}");
        }

        return File.Exists(FileOf(service))
            ? status with { State = ServiceState.Stopped, StartsAtBoot = answers[0].Output.Trim() == "enabled", Definition = FileOf(service) }
            : status;
    }

    public string? Objection(ServiceOptions options)
    {
        string user = options.User ?? DefaultUser;
        string program = _root is null ? Path.GetFullPath(options.Program) : _root + Path.GetFullPath(options.Program);
        if (user is "root" or "0")
        {
            return "Nothing of this runs as root: name an unprivileged user.";
        }

        if (UnixGroups.PrimaryOf(user, _root) is null)
        {
            return $"There is no user '{user}' to run the service as. Make it: useradd --system --user-group --home-dir /opt/dcp --shell /usr/sbin/nologin {user}";
        }

        return !File.Exists(program) ? $"There is no program '{program}'."
            : IsBelow(Path.GetFullPath(options.Program), "/tmp") || IsBelow(Path.GetFullPath(options.Program), "/var/tmp") ? $"'{program}' is in a folder for temporary files, which services have of their own: put it elsewhere."
            : Closed(program) is { } folder ? $"The user '{user}' cannot reach '{program}': '{folder}' is closed to others. Put the programs elsewhere (/opt/dcp/bin), or open that folder."
            : null;
    }

    public string? Unavailable() => (_tool is null ? Tools : [_tool]).Any(File.Exists)
        ? null
        : "There is no systemctl here: this system has another service manager. Start the programs from that, or evaluators from xinetd (packaging/xinetd).";

    private IReadOnlyList<ManagerCommand> Reload => IsOffline ? [] : [new ManagerCommand(Tool, "daemon-reload")];

    private static string Template(DcpService service)
    {
        string resource = service switch { DcpService.Worker => "dcp-sa-worker.service", _ => "dcp-inet-daemon.service" };
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private static IEnumerable<KeyValuePair<string, string>> Environment(ServiceOptions options, string resources)
    {
        yield return new("DCP_RESOURCE_DIR", resources);
        yield return new("DOTNET_EnableDiagnostics", "0");
        if (options.ConfigRoot is { } root)
        {
            yield return new("DCP_CONFIG_ROOT", Path.GetFullPath(root));
        }

        // where .NET is not in its usual place, whoever registers the service knows where it is
        if (System.Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } dotnet)
        {
            yield return new("DOTNET_ROOT", dotnet);
        }
    }

    private string Unit(DcpService service) => NameOf(service) + ".service";

    private ManagerCommand Offline(string verb, string unit) =>
        IsOffline ? new ManagerCommand(Tool, "--root=" + (_root ?? "/"), verb, unit) : new ManagerCommand(Tool, verb, unit);

    private static bool IsInHome(string? path) => path is not null && Homes.Any(home => IsBelow(Path.GetFullPath(path), home));

    private static bool IsBelow(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>The first folder on the way to a file that only some may enter.</summary>
    private string? Closed(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        for (DirectoryInfo? folder = Directory.GetParent(file); folder is not null && folder.FullName != _root; folder = folder.Parent)
        {
            if ((folder.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
