using System.Management.Automation;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Tells how worker and inet-daemon are as services of this computer.</summary>
[Cmdlet(VerbsCommon.Get, "DcpService")]
[OutputType(typeof(ServiceInfo))]
public sealed class GetDcpServiceCommand : ServiceCmdlet
{
    /// <summary>Which services; all unless given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public DcpService[]? Name { get; set; }

    /// <summary>A folder that holds another system, which does not run, such as the image of a machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    private protected override string? Image => FullPath(Root);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (DcpService service in Name ?? DcpServices.All)
        {
            WriteStatus(service);
        }
    }
}
