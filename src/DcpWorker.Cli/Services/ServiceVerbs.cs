using System.CommandLine;
using DcpWorker.Cli.Commands;
using DcpWorker.Cli.Output;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cli.Services;

/// <summary><c>dcp-worker service</c>: worker and inet-daemon as services of this machine.</summary>
internal static class ServiceVerbs
{
    private static readonly Option<string?> Root = new("--root")
    {
        Description = "A folder that holds another system, which does not run (an image, say): install, uninstall and status only.",
        HelpName = "FOLDER",
    };

    private static readonly Option<bool> Force = new("--force") { Description = "Replace or remove a definition that was not written by this program, or was changed since." };
    private static readonly Option<bool> Json = CommonOptions.Json("A JSON line for each service on stdout.");

    public static Command Create() => new("service", "Looks after worker and inet-daemon as services of this machine (systemd, Windows, launchd).")
    {
        ServiceInstallCommand.Create(Root, Force),
        Make("uninstall", "Stops services and takes them away. Configuration, keystores and drop-ins stay.", UninstallAsync, Root, Force),
        Make("status", "Shows how the services are.", ShowAsync, Root, Json),
        Make("start", "Starts services, and waits until they are ready.", (m, s, _, ct) => m.StartAsync(s, ct)),
        Make("stop", "Stops services: a worker gives everything back.", (m, s, _, ct) => m.StopAsync(s, ct)),
        Make("restart", "Stops services that run, and starts them.", (m, s, _, ct) => m.RestartAsync(s, ct)),
    };

    private static Command Make(string name, string description, Func<ServiceManager, DcpService, ParseResult, CancellationToken, Task> run, params Option[] options)
    {
        Command command = new(name, description) { ServiceArgument.Services };
        foreach (Option option in options)
        {
            command.Add(option);
        }

        return command.Runs(async parsed =>
        {
            using StopSignals signals = new(Console.Error.WriteLine);
            ServiceManager manager = ServiceManager.OfThisSystem(options.Contains(Root) ? parsed.GetValue(Root) : null);

            // who starts needs the inet-daemon first, who ends does without the worker first
            IEnumerable<DcpService> services = ServiceArgument.Of(parsed);
            foreach (DcpService service in name is "stop" or "uninstall" ? services.Reverse() : services)
            {
                await run(manager, service, parsed, signals.Soft);
            }

            return ExitCode.Done;
        });
    }

    private static async Task UninstallAsync(ServiceManager manager, DcpService service, ParseResult parsed, CancellationToken ct)
    {
        bool all = parsed.GetValue(ServiceArgument.Services) is not { Length: > 0 };
        if (all && (await manager.StatusAsync(service, ct)).State == ServiceState.NotInstalled)
        {
            return;
        }

        await manager.UninstallAsync(service, parsed.GetValue(Force), ct);
        Console.WriteLine($"{manager.NameOf(service)}: removed");
    }

    private static async Task ShowAsync(ServiceManager manager, DcpService service, ParseResult parsed, CancellationToken ct)
    {
        ServiceStatus status = await manager.StatusAsync(service, ct);
        if (parsed.GetValue(Json))
        {
            JsonLines.Write(ServiceJson.Of(status));
        }
        else
        {
            Console.WriteLine(Printable.Line(ServiceText.Line(status)));
        }
    }
}
