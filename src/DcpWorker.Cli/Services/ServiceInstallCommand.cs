using System.CommandLine;
using DcpWorker.Cli.Commands;
using DcpWorker.Cli.Output;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cli.Services;

/// <summary><c>dcp-worker service install</c>: makes the programs known to the service manager.</summary>
internal static class ServiceInstallCommand
{
    private static readonly Option<string?> User = new("--user")
    {
        Description = "The user that services run as, who must exist and must not be root. Default: dcp (macOS: _dcp; Windows: a virtual account that the system makes).",
        HelpName = "NAME",
    };

    private static readonly Option<string?> ResourceDirectory = new("--resource-dir")
    {
        Description = "Folder of keystores, identity and what must survive a restart. Default: that of the package, /opt/dcp/.dcp.",
        HelpName = "FOLDER",
    };

    private static readonly Option<string?> ConfigRoot = new("--config-root") { Description = "Folder of the site's configuration. Default: the programs' own choice.", HelpName = "FOLDER" };
    private static readonly Option<string?> Program = new("--program") { Description = "Absolute path of dcp-worker. Default: this program.", HelpName = "FILE" };
    private static readonly Option<string[]> Arguments = new("--argument")
    {
        Description = "An argument more for the service's program, such as --argument=--sandboxes=2; may be given several times, for one service at a time.",
        HelpName = "TEXT",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> Manual = new("--manual") { Description = "Do not start it with the machine." };
    private static readonly Option<bool> Now = new("--now") { Description = "Start it now, too." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Print what would be written and run, and do nothing." };
    private static readonly Option<string?> For = new("--for")
    {
        Description = "With --dry-run: as it would be on another kind of system: systemd, windows or launchd.",
        HelpName = "MANAGER",
    };

    private static readonly Option<bool> Json = CommonOptions.Json("With --dry-run: a JSON line for each service on stdout.");

    public static Command Create(Option<string?> root, Option<bool> force) =>
        new Command("install", "Makes worker and inet-daemon services of this machine, which start with it.")
        {
            ServiceArgument.Services, User, ResourceDirectory, ConfigRoot, Program, Arguments, Manual, Now, force, root, DryRun, For, Json,
        }.Runs(parsed => RunAsync(parsed, parsed.GetValue(root), parsed.GetValue(force)));

    private static async Task<int> RunAsync(ParseResult parsed, string? root, bool force)
    {
        IReadOnlyList<DcpService> services = ServiceArgument.Of(parsed);
        bool dry = parsed.GetValue(DryRun);
        Check(parsed, services, root, dry);
        ServiceManager manager = parsed.GetValue(For) is { } other ? ServiceManager.Of(other) : ServiceManager.OfThisSystem(root);
        using StopSignals signals = new(Console.Error.WriteLine);
        foreach (DcpService service in services)
        {
            ServiceOptions options = OptionsOf(service, parsed);
            if (dry)
            {
                Show(manager.Define(options), service, parsed.GetValue(Json));
                continue;
            }

            await manager.InstallAsync(options, force, signals.Soft);
            Console.WriteLine($"{manager.NameOf(service)}: installed{(options.StartAtBoot ? ", starts with the machine" : "")}");
        }

        if (parsed.GetValue(Now))
        {
            foreach (DcpService service in services)
            {
                await manager.RestartAsync(service, signals.Soft);
                Console.WriteLine($"{manager.NameOf(service)}: started");
            }
        }

        return ExitCode.Done;
    }

    private static void Check(ParseResult parsed, IReadOnlyList<DcpService> services, string? root, bool dry)
    {
        if (parsed.GetValue(Arguments) is { Length: > 0 } && services.Count > 1)
        {
            throw new UsageException("--argument is for one service: name it.");
        }

        if (!dry && (parsed.GetValue(For) is not null || parsed.GetValue(Json)))
        {
            throw new UsageException("--for and --json go together with --dry-run.");
        }

        if (parsed.GetValue(Now) && (root is not null || dry))
        {
            throw new UsageException("--now cannot be had with --root or --dry-run.");
        }
    }

    private static ServiceOptions OptionsOf(DcpService service, ParseResult parsed) => new()
    {
        Service = service,
        Program = parsed.GetValue(For) is null ? ServiceProgram.Find(parsed.GetValue(Program)) : parsed.GetValue(Program) ?? ServiceProgram.Find(),
        Arguments = parsed.GetValue(Arguments) ?? [],
        User = parsed.GetValue(User),
        ResourceDirectory = parsed.GetValue(ResourceDirectory),
        ConfigRoot = parsed.GetValue(ConfigRoot),
        StartAtBoot = !parsed.GetValue(Manual),
    };

    private static void Show(ServiceDefinition definition, DcpService service, bool json)
    {
        if (json)
        {
            JsonLines.Write(ServiceJson.Of(definition, service));
            return;
        }

        foreach (ServiceFile file in definition.Files)
        {
            Console.WriteLine($"# {file.Path}");
            Console.WriteLine(file.Content);
        }

        foreach (ManagerCommand command in definition.Commands)
        {
            Console.WriteLine(command);
        }
    }
}
