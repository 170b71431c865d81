using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>What the service manager says of an installed worker and inet-daemon.</summary>
internal sealed class SystemServiceChecks(HostExaminationOptions options, CheckRunner runner)
{
    public async Task<IReadOnlyList<HostCheck>> RunAsync(CancellationToken cancellationToken) => options.Services is not { } manager
        ? [runner.Skip(HostCheckNames.SystemService, "", "No service manager that is known here runs this host.")]
        : await Task.WhenAll(DcpServices.All.Select(service => runner.LookAsync(
            HostCheckNames.SystemService, manager.NameOf(service), "See whether dcp-worker service status works for this user.", options.Timeout, ct => LookAsync(manager, service, ct), cancellationToken))).ConfigureAwait(false);

    private static async Task<Finding> LookAsync(ServiceManager manager, DcpService service, CancellationToken cancellationToken)
    {
        ServiceStatus status = await manager.StatusAsync(service, cancellationToken).ConfigureAwait(false);
        string name = status.Name;
        string Type(string verb) => $"As administrator, type dcp-worker service {verb} {DcpServices.NameOf(service)}";
        return status.State switch
        {
            ServiceState.NotInstalled => Finding.Skipped($"{name} is not installed."),
            _ when status.IsMasked => Finding.Warning("ServiceMasked", $"{name} is masked: it must not start.", $"Type systemctl unmask {name} when it is to run."),
            ServiceState.Running when status.StartsAtBoot => Finding.Passed($"{name} runs, and starts with this host."),
            ServiceState.Running => Finding.Warning("ServiceNotEnabled", $"{name} runs, but does not start with this host.", $"{Type("install")}."),
            ServiceState.Failed => Finding.Failed("ServiceFailed", $"{name} has failed ({status.LastResult ?? "the manager does not say how"}).", $"Look at its log to see why. {Type("restart")}."),
            _ => Finding.Warning("ServiceInactive", $"{name} is {status.State.ToString().ToLowerInvariant()}.", $"{Type("start")} when it is to run."),
        };
    }
}
