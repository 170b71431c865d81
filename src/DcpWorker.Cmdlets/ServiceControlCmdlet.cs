using System.Management.Automation;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cmdlets;

/// <summary>A cmdlet that starts or stops services.</summary>
public abstract class ServiceControlCmdlet : ServiceCmdlet
{
    /// <summary>Which services.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public DcpService[] Name { get; set; } = [];

    /// <summary>Write the services as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (DcpService service in Name)
        {
            if (!ShouldProcess(Title(service), Action))
            {
                continue;
            }

            bool done = false;
            Attempt(service, async (manager, ct) =>
            {
                await ControlAsync(manager, service, ct).ConfigureAwait(false);
                done = true;
            });
            if (done && PassThru)
            {
                WriteStatus(service);
            }
        }
    }

    /// <summary>What is done, for questions.</summary>
    private protected abstract string Action { get; }

    /// <summary>Does it.</summary>
    private protected abstract Task ControlAsync(ServiceManager manager, DcpService service, CancellationToken ct);
}
