using System.Management.Automation;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cmdlets;

/// <summary>A cmdlet for the services of this computer: worker and inet-daemon.</summary>
public abstract class ServiceCmdlet : AsyncCmdlet
{
    /// <summary>The folder of another system that is meant; null: this one.</summary>
    private protected virtual string? Image => null;

    /// <summary>Does something with a service; what goes wrong with it is an error, and the end for this one service only.</summary>
    private protected void Attempt(DcpService service, Func<ServiceManager, CancellationToken, Task> work)
    {
        ServiceException? failure = null;
        Run(async (_, cancellationToken) =>
        {
            try
            {
                await work(ServiceManager.OfThisSystem(Image), cancellationToken).ConfigureAwait(false);
            }
            catch (ServiceException e)
            {
                failure = e;
            }
        });
        if (failure is not null)
        {
            WriteError(ErrorRecords.From(failure, service));
        }
    }

    /// <summary>Writes how a service is.</summary>
    private protected void WriteStatus(DcpService service)
    {
        ServiceInfo? info = null;
        Attempt(service, async (manager, ct) => info = ServiceInfo.Of(await manager.StatusAsync(service, ct).ConfigureAwait(false)));
        if (info is not null)
        {
            WriteObject(info);
        }
    }

    /// <summary>How a service is called in questions.</summary>
    private protected static string Title(DcpService service) => service switch { DcpService.Worker => "DCP worker (dcp-sa-worker)", _ => "DCP inet-daemon (dcp-inet-daemon)" };
}
