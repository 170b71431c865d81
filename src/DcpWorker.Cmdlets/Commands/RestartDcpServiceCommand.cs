using System.Management.Automation;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Stops services of this computer that run, and starts them; waits until they are ready.</summary>
[Cmdlet(VerbsLifecycle.Restart, "DcpService", SupportsShouldProcess = true)]
[OutputType(typeof(ServiceInfo))]
public sealed class RestartDcpServiceCommand : ServiceControlCmdlet
{
    private protected override string Action => "restart";

    private protected override Task ControlAsync(ServiceManager manager, DcpService service, CancellationToken ct) => manager.RestartAsync(service, ct);
}
