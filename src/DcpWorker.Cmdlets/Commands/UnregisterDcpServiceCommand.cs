using System.Management.Automation;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Stops services of this computer and takes them away. Configuration, keystores and drop-ins stay.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "DcpService", SupportsShouldProcess = true)]
[OutputType(typeof(ServiceInfo))]
public sealed class UnregisterDcpServiceCommand : ServiceCmdlet
{
    /// <summary>Which services.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public DcpService[] Name { get; set; } = [];

    /// <summary>A folder that holds another system, which does not run, such as the image of a machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <summary>Remove a definition that this module has not written, or that was changed since.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Write the services as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string? Image => FullPath(Root);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (DcpService service in Name)
        {
            if (!ShouldProcess(Title(service), "stop and unregister"))
            {
                continue;
            }

            bool done = false;
            Attempt(service, async (manager, ct) =>
            {
                await manager.UninstallAsync(service, Force, ct).ConfigureAwait(false);
                done = true;
            });
            if (done && PassThru)
            {
                WriteStatus(service);
            }
        }
    }
}
