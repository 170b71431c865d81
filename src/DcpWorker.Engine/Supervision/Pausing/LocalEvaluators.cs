using DcpWorker.Engine.Control;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision.Pausing;

/// <summary>Asks the inet-daemons of this machine and this user about evaluators that the worker is connected to.</summary>
internal sealed partial class LocalEvaluators(ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ILogger _log = log;
    private volatile string? _last;

    /// <summary>Stops evaluators; gives the connections of those that are stopped.</summary>
    public async Task<IReadOnlySet<PeerConnection>> SuspendAsync(IReadOnlyCollection<PeerConnection> connections, CancellationToken ct) =>
        (await AskAsync(ControlProtocol.Suspend, connections, ct).ConfigureAwait(false)).Select(e => e.Connection).ToHashSet();

    /// <summary>Lets evaluators go on; gives the connections of those that do.</summary>
    public async Task<IReadOnlySet<PeerConnection>> ResumeAsync(IReadOnlyCollection<PeerConnection> connections, CancellationToken ct) =>
        (await AskAsync(ControlProtocol.Resume, connections, ct).ConfigureAwait(false)).Select(e => e.Connection).ToHashSet();

    /// <summary>What evaluators use; null when no daemon of this machine knows any of them.</summary>
    public async Task<IReadOnlyList<RunningEvaluator>?> DescribeAsync(IReadOnlyCollection<PeerConnection> connections, CancellationToken ct)
    {
        List<RunningEvaluator> found = connections.Count == 0 ? [] : await AskAsync(ControlProtocol.Status, connections, ct).ConfigureAwait(false);
        return found.Count > 0 ? found : null;
    }

    private async Task<List<RunningEvaluator>> AskAsync(string operation, IReadOnlyCollection<PeerConnection> connections, CancellationToken ct)
    {
        List<RunningEvaluator> found = [];
        HashSet<PeerConnection> missing = [.. connections];
        foreach (ControlEndpoint endpoint in ControlClient.Endpoints(ControlEndpoint.InetDaemon).OrderByDescending(e => e.Path == _last))
        {
            if (missing.Count == 0)
            {
                break;
            }

            try
            {
                if (await ControlClient.ConnectAsync(endpoint, ct).ConfigureAwait(false) is not { } client)
                {
                    continue;
                }

                await using (client.ConfigureAwait(false))
                {
                    ControlAnswer answer = await client.AskAsync(new ControlRequest { Op = operation, Connections = [.. missing] }, Patience, ct).ConfigureAwait(false);
                    foreach (RunningEvaluator evaluator in answer.Evaluators ?? [])
                    {
                        if (missing.Remove(evaluator.Connection))
                        {
                            found.Add(evaluator);
                            _last = endpoint.Path;
                        }
                    }
                }
            }
            catch (ControlException e)
            {
                LogUnreachable(endpoint.Path, e.Message);
            }
        }

        return found;
    }

    [LoggerMessage(EventId = 4711, Level = LogLevel.Debug, Message = "The inet-daemon at {Path} cannot be asked: {Reason}")]
    private partial void LogUnreachable(string path, string reason);
}
