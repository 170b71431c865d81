using System.Management.Automation;
using DcpWorker.Cmdlets.Jobs;
using DcpWorker.Cmdlets.Runs;
using DcpWorker.Engine;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Offers evaluators on a port until it is stopped, and writes what happens.</summary>
[Cmdlet(VerbsLifecycle.Start, "DcpInetDaemon", SupportsShouldProcess = true)]
[OutputType(typeof(InetDaemonEvent), typeof(RunJob))]
public sealed class StartDcpInetDaemonCommand : RunCmdlet
{
    private static readonly JobShape Shape = new("DcpInetDaemon", JobShape.MostEvents, IsOffer: true);

    /// <summary>Where to listen; where the configuration says unless given. Port 0 lets the system choose.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Listen { get; set; }

    /// <summary>Most evaluators at once; further connections are closed at once.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? MaxConnections { get; set; }

    /// <summary>How much evaluators yield to everything else on this computer, 0 to 19; as configured unless given.</summary>
    [Parameter]
    [ValidateRange(0, 19)]
    public int? Nice { get; set; }

    /// <summary>The evaluator program, when it is not where the installation puts it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EvaluatorPath { get; set; }

    /// <summary>Networks (<c>192.168.1.0/24</c>) that may connect beside this computer; needed to listen on anything but loopback.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[]? AllowFrom { get; set; }

    /// <summary>Users of this computer that may connect: names, numbers, or self for the daemon's own; all of them unless given here or configured.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? LocalUser { get; set; }

    /// <summary>The user that evaluators run as when root starts the daemon; dcp, or else nobody, unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <summary>Offer evaluators although their lock-down is not in force: only where their jobs can harm nothing.</summary>
    [Parameter]
    public SwitchParameter AllowNoLockDown { get; set; }

    /// <summary>Run although PowerShell runs as root: only where root can reach nothing else, as in a container.</summary>
    [Parameter]
    public SwitchParameter AllowRoot { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ShouldProcess(Listen ?? "the configured address", "offer evaluators"))
        {
            string? path = FullPath(EvaluatorPath);
            Start(new InetDaemonRun((output, cancellationToken) => OptionsAsync(path, output, cancellationToken)), Shape);
        }
    }

    /// <summary>The configuration, and over it the parameters.</summary>
    private async Task<(InetDaemonOptions Options, ConfigurationTree Tree)> OptionsAsync(string? path, IRunOutput output, CancellationToken cancellationToken)
    {
        if (RootUser.Check("The inet-daemon", "pwsh -Command Start-DcpInetDaemon", AllowRoot) is { } risk)
        {
            output.WriteWarning(risk);
        }

        ConfigurationTree tree = await ConfigurationAccess.ReadAsync(ConfigurationAccess.Sources(configRoot: null), cancellationToken).ConfigureAwait(false);
        foreach (string warning in tree.Warnings)
        {
            output.WriteWarning(OneLine.Of(warning));
        }

        InetDaemonOptions options = InetDaemonConfiguration.Read(tree, EvaluatorProgram.Locate(path));
        options = options with
        {
            Listen = Listen is null ? options.Listen : ListenAddress.Parse(Listen),
            MaxConnections = MaxConnections ?? options.MaxConnections,
            Nice = Nice ?? options.Nice,
            RunAs = UnixUser.ForEvaluators(User),
            LocalUsers = LocalUser is null ? options.LocalUsers : [.. LocalUser.Select(Engine.InetDaemon.LocalUser.Parse)],
            LockDown = AllowNoLockDown ? LockDownPolicy.Optional : options.LockDown,
            AllowFrom = AllowFrom is null ? options.AllowFrom : [.. AllowFrom.Select(AllowedNetwork.Parse)],
        };
        return (options, tree);
    }
}
