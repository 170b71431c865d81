using System.Management.Automation;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Starts services of this computer, and waits until they are ready.</summary>
[Cmdlet(VerbsLifecycle.Start, "DcpService", SupportsShouldProcess = true)]
[OutputType(typeof(ServiceInfo))]
public sealed class StartDcpServiceCommand : ServiceControlCmdlet
{
    private protected override string Action => "start";

    private protected override Task ControlAsync(ServiceManager manager, DcpService service, CancellationToken ct) => manager.StartAsync(service, ct);
}
