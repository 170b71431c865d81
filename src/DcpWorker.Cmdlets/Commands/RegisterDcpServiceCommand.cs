using System.Management.Automation;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>
/// Makes worker and inet-daemon services of this computer, which start with it: units of systemd, services of Windows, daemons of
/// launchd. A service that is there already is brought up to date.
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "DcpService", SupportsShouldProcess = true)]
[OutputType(typeof(ServiceInfo))]
public sealed class RegisterDcpServiceCommand : ServiceCmdlet
{
    /// <summary>Which services.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public DcpService[] Name { get; set; } = [];

    /// <summary>The user that the services run as; must exist and not be root. Default: dcp (macOS: _dcp, Windows: a virtual account).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <summary>The program dcp-worker. Default: that of the package, else the first on the PATH.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Program { get; set; }

    /// <summary>Arguments for the program, after those that every such service has.</summary>
    [Parameter]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>Folder of keystores, identity and what must survive a restart. Default: that of the package.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ResourceDirectory { get; set; }

    /// <summary>The folder of the site's configuration. Default: the programs' own choice.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigRoot { get; set; }

    /// <summary>Whether the services start with the computer. Default: Automatic.</summary>
    [Parameter]
    [ValidateSet(nameof(ServiceStartup.Automatic), nameof(ServiceStartup.Manual))]
    public ServiceStartup StartupType { get; set; } = ServiceStartup.Automatic;

    /// <summary>Start them now, too; restart those that run.</summary>
    [Parameter]
    public SwitchParameter Start { get; set; }

    /// <summary>A folder that holds another system, which does not run, such as the image of a machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <summary>Replace a definition that this module has not written, or that was changed since, and pass over objections to user and program.</summary>
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
            (string? program, string? resources, string? configuration) = (FullPath(Program), FullPath(ResourceDirectory), FullPath(ConfigRoot));
            if (!ShouldProcess(Title(service), Start ? "register and start" : "register"))
            {
                continue;
            }

            bool done = false;
            Attempt(service, async (manager, ct) =>
            {
                ServiceOptions options = new()
                {
                    Service = service,
                    Program = ServiceProgram.Find(program),
                    Arguments = ArgumentList,
                    User = User,
                    ResourceDirectory = resources,
                    ConfigRoot = configuration,
                    StartAtBoot = StartupType == ServiceStartup.Automatic,
                };
                await manager.InstallAsync(options, Force, ct).ConfigureAwait(false);
                if (Start)
                {
                    await manager.RestartAsync(service, ct).ConfigureAwait(false);
                }

                done = true;
            });
            if (done && PassThru)
            {
                WriteStatus(service);
            }
        }
    }
}
