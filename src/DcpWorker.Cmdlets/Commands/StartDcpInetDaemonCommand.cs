using System.Management.Automation;
using System.Net;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Offers evaluators on a port until it is stopped, and writes what happens.</summary>
[Cmdlet(VerbsLifecycle.Start, "DcpInetDaemon", SupportsShouldProcess = true)]
[OutputType(typeof(InetDaemonEvent))]
public sealed class StartDcpInetDaemonCommand : AsyncCmdlet
{
    private const string Activity = "DCP inet-daemon";

    /// <summary>Where to listen; 127.0.0.1:9000 unless given. Port 0 lets the system choose.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Listen { get; set; } = "127.0.0.1:9000";

    /// <summary>Most evaluators at once; further connections are closed at once.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? MaxConnections { get; set; }

    /// <summary>How much evaluators yield to everything else on this computer, 0 to 19; 18 unless given.</summary>
    [Parameter]
    [ValidateRange(0, 19)]
    public int Nice { get; set; } = 18;

    /// <summary>The evaluator program, when it is not where the installation puts it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EvaluatorPath { get; set; }

    /// <summary>Networks (<c>192.168.1.0/24</c>) that may connect beside this computer; needed to listen on anything but loopback.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[] AllowFrom { get; set; } = [];

    /// <summary>The user that evaluators run as when root starts the daemon; dcp, or else nobody, unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ShouldProcess(Listen, "offer evaluators"))
        {
            string? path = FullPath(EvaluatorPath);
            Run((output, cancellationToken) => ServeAsync(path, output, cancellationToken));
        }
    }

    private async Task ServeAsync(string? path, CmdletOutput output, CancellationToken cancellationToken)
    {
        InetDaemon daemon = InetDaemon.Start(Options(path), new CmdletLogger(output));
        await using (daemon.ConfigureAwait(false))
        {
            await foreach (InetDaemonEvent e in daemon.Subscribe(cancellationToken).ConfigureAwait(false))
            {
                output.WriteProgress(new ProgressRecord(0, Activity, $"Listening on {daemon.Endpoint}, {daemon.Connections} evaluators"));
                await output.WriteObjectAsync(EventObject.Create(e, InetDaemonEventText.Describe(e)), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private InetDaemonOptions Options(string? path)
    {
        InetDaemonOptions options = new()
        {
            Evaluator = EvaluatorProgram.Locate(path),
            Listen = ListenAddress.Parse(Listen),
            Nice = Nice,
            RunAs = EvaluatorProgram.User(User),
            AllowFrom = [.. AllowFrom.Select(Network)],
        };
        return MaxConnections is { } most ? options with { MaxConnections = most } : options;
    }

    private static IPNetwork Network(string text) => IPNetwork.TryParse(text, out IPNetwork network)
        ? network
        : throw new CmdletException(
            "NetworkInvalid",
            ErrorCategory.InvalidArgument,
            $"'{text}' is not a network. Write its first address and the length of its prefix, such as 192.168.1.0/24.",
            text);
}
