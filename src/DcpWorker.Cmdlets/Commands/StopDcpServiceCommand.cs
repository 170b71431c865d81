using System.Management.Automation;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Stops services of this computer, and waits for their end; a worker gives everything back first.</summary>
[Cmdlet(VerbsLifecycle.Stop, "DcpService", SupportsShouldProcess = true)]
[OutputType(typeof(ServiceInfo))]
public sealed class StopDcpServiceCommand : ServiceControlCmdlet
{
    private protected override string Action => "stop";

    private protected override Task ControlAsync(ServiceManager manager, DcpService service, CancellationToken ct) => manager.StopAsync(service, ct);
}
