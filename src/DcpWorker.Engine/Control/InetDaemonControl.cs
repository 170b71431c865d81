using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;
using Daemon = DcpWorker.Engine.InetDaemon.InetDaemon;

namespace DcpWorker.Engine.Control;

/// <summary>
/// Lets the workers of the same user stop the evaluators that they are connected to and let them go on, and see what these use.
/// </summary>
public sealed partial class InetDaemonControl : IControlService
{
    private readonly Daemon _daemon;

    private InetDaemonControl(Daemon daemon) => _daemon = daemon;

    /// <summary>Serves a daemon on a control socket; one that serves nothing, and a line in the log, when there is no place for it.</summary>
    public static ControlServer Serve(Daemon daemon, ILogger log)
    {
        try
        {
            return ControlServer.Start(ControlEndpoint.InetDaemon, ControlServer.NextNumber(), new InetDaemonControl(daemon), TimeProvider.System, log);
        }
        catch (ControlException e)
        {
            LogUnavailable(log, e.Message);
            return ControlServer.Nowhere(log);
        }
    }

    Task<ControlAnswer> IControlService.HandleAsync(ControlRequest request, CancellationToken ct)
    {
        IReadOnlyList<RunningEvaluator> evaluators = request.Op switch
        {
            ControlProtocol.Status => [.. _daemon.Evaluators().Where(e => request.Connections?.Contains(e.Connection) ?? true)],
            ControlProtocol.Suspend => _daemon.Suspend(request.Connections ?? []),
            ControlProtocol.Resume => _daemon.Resume(request.Connections ?? []),
            _ => throw new ControlException(ControlException.Invalid, "An inet-daemon knows status, suspend and resume."),
        };
        return Task.FromResult(new ControlAnswer { Ok = true, Evaluators = evaluators });
    }

    IAsyncEnumerable<JsObject>? IControlService.Watch(CancellationToken ct) => null;

    [LoggerMessage(EventId = 4811, Level = LogLevel.Warning, Message = "Workers cannot suspend the evaluators of this daemon: {Reason}")]
    private static partial void LogUnavailable(ILogger log, string reason);
}
