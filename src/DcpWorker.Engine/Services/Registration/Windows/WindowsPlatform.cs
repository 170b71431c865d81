using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Services.Registration.Windows;

/// <summary>
/// Services of Windows, by the system's own tools: sc.exe, reg.exe, icacls.exe and PowerShell's service cmdlets, whose output does not
/// depend on the language of the system.
/// </summary>
internal sealed class WindowsPlatform(string programData = @"C:\ProgramData") : IServicePlatform
{
    private const string Control = "sc.exe";
    private const string Registry = "reg.exe";
    private const string Services = @"HKLM\SYSTEM\CurrentControlSet\Services";

    /// <summary>Holds texts for events 1 to 1000 that consist of what the program says; on every Windows.</summary>
    private const string EventTexts = @"%SystemRoot%\System32\EventCreate.exe";

    public string Name => "Windows";

    public string NameOf(DcpService service) => service switch { DcpService.Worker => "dcp-sa-worker", _ => "dcp-inet-daemon" };

    public string? FileOf(DcpService service) => null;

    public ServiceDefinition Define(ServiceOptions options)
    {
        string name = NameOf(options.Service);
        string user = options.User ?? $@"NT SERVICE\{name}";
        string resources = options.ResourceDirectory ?? $@"{programData}\dcp\.dcp";
        string[] how =
        [
            "binPath=", CommandLine(options), "start=", options.StartAtBoot ? "delayed-auto" : "demand", "obj=", user, "DisplayName=", DisplayName(options.Service),
        ];
        return new ServiceDefinition([],
        [
            new ManagerCommand(Control, ["create", name, .. how]) { MayFail = true },
            new ManagerCommand(Control, ["config", name, .. how]),
            new ManagerCommand(Control, "description", name, Description(options.Service)),

            // started again after 3 s, 30 s, then every 2 min, also when it ends by itself with an exit code; forgotten after ten good minutes
            new ManagerCommand(Control, "failure", name, "reset=", "600", "actions=", "restart/3000/restart/30000/restart/120000"),
            new ManagerCommand(Control, "failureflag", name, "1"),

            // a name of its own in access lists, and no privilege but that of passing through folders
            new ManagerCommand(Control, "sidtype", name, "unrestricted"),
            new ManagerCommand(Control, "privs", name, "SeChangeNotifyPrivilege"),
            new ManagerCommand(Registry, "add", $@"{Services}\{name}", "/v", "Environment", "/t", "REG_MULTI_SZ", "/d", Environment(options, resources), "/f"),
            new ManagerCommand(Registry, "add", $@"{Services}\EventLog\Application\{name}", "/v", "EventMessageFile", "/t", "REG_EXPAND_SZ", "/d", EventTexts, "/f"),
            new ManagerCommand(Registry, "add", $@"{Services}\EventLog\Application\{name}", "/v", "TypesSupported", "/t", "REG_DWORD", "/d", "7", "/f"),
            PowerShell($"New-Item -ItemType Directory -Force -Path {Quoted(resources)} | Out-Null"),
            new ManagerCommand("icacls.exe", resources, "/grant", $"{user}:(OI)(CI)M"),
        ]);
    }

    public IReadOnlyList<ManagerCommand> Removal(DcpService service) =>
    [
        PowerShell($"Stop-Service -Name {Quoted(NameOf(service))}"),
        new ManagerCommand(Control, "delete", NameOf(service)),
    ];

    public IReadOnlyList<ManagerCommand> AfterRemoval(DcpService service) =>
        [new ManagerCommand(Registry, "delete", $@"{Services}\EventLog\Application\{NameOf(service)}", "/f") { MayFail = true }];

    public IReadOnlyList<ManagerCommand> Start(DcpService service) => [PowerShell($"Start-Service -Name {Quoted(NameOf(service))}")];

    public IReadOnlyList<ManagerCommand> Stop(DcpService service) => [PowerShell($"Stop-Service -Name {Quoted(NameOf(service))}")];

    public IReadOnlyList<ManagerCommand> Restart(DcpService service) => [PowerShell($"Restart-Service -Name {Quoted(NameOf(service))}")];

    public IReadOnlyList<ManagerCommand> Query(DcpService service) =>
    [
        PowerShell($"Get-CimInstance Win32_Service -Filter \"Name='{NameOf(service)}'\" | Select-Object State, StartMode, ProcessId, ExitCode, PathName | ConvertTo-Json -Compress"),
    ];

    public ServiceStatus Read(DcpService service, IReadOnlyList<CommandResult> answers)
    {
        ServiceStatus status = new() { Service = service, Name = NameOf(service), Manager = Name, State = ServiceState.NotInstalled };
        if (answers[0].ExitCode != 0)
        {
            throw new ServiceException(ServiceException.NoManager, $"Windows does not say how the service is: {answers[0].Errors.Trim()}");
        }

        if (string.IsNullOrWhiteSpace(answers[0].Output))
        {
            return status;
        }

        JsValue said = JsonReader.Parse(answers[0].Output.Trim());
        int? exit = said["ExitCode"].AsInt32();
        bool failed = exit is not (null or 0 or NeverStarted);
        return status with
        {
            // Win32_Service in the Windows Management Instrumentation reference
            State = said["State"].AsString() switch
            {
                "Running" or "Paused" or "Pause Pending" => ServiceState.Running,
                "Start Pending" or "Continue Pending" => ServiceState.Starting,
                "Stop Pending" => ServiceState.Stopping,
                _ => failed ? ServiceState.Failed : ServiceState.Stopped,
            },
            StartsAtBoot = said["StartMode"].AsString() == "Auto",
            ProcessId = said["ProcessId"].AsInt32() is > 0 and { } id ? id : null,
            LastResult = failed ? $"exit code {exit}" : null,
        };
    }

    public string? Objection(ServiceOptions options) => OperatingSystem.IsWindows() && !File.Exists(options.Program) ? $"There is no program '{options.Program}'." : null;

    public string? Unavailable() => null;

    // ERROR_SERVICE_NEVER_STARTED
    private const int NeverStarted = 1077;

    private static string DisplayName(DcpService service) => service switch { DcpService.Worker => "DCP worker", _ => "DCP inet-daemon" };

    private static string Description(DcpService service) => service switch
    {
        DcpService.Worker => "Takes work from a scheduler of the Distributed Compute Protocol, has it computed in sandboxes and delivers the results.",
        _ => "Starts an evaluator for each connection to port 9000 of this machine.",
    };

    private string CommandLine(ServiceOptions options)
    {
        string[] verb = options.Service switch { DcpService.Worker => ["start", "--stop-within", "8"], _ => ["inet-daemon"] };
        return string.Join(' ', [$"\"{options.Program}\"", "--windows-service", NameOf(options.Service), .. verb, .. options.Arguments.Select(Argument)]);
    }

    // Everyday command lines; source: CommandLineToArgvW.
    private static string Argument(string text) => text.Length > 0 && !text.AsSpan().ContainsAny(" \t\"") ? text : $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Environment(ServiceOptions options, string resources)
    {
        string[] all = [$"DCP_RESOURCE_DIR={resources}", "DOTNET_EnableDiagnostics=0", .. options.ConfigRoot is { } root ? [$"DCP_CONFIG_ROOT={root}"] : Array.Empty<string>()];

        // reg.exe's own way to separate the texts of a list
        return string.Join(@"\0", all);
    }

    private static ManagerCommand PowerShell(string script) => new("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", $"$ErrorActionPreference = 'Stop'; {script}");

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
