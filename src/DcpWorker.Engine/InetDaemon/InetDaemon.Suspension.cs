using System.Collections.Concurrent;
using DcpWorker.Engine.Control;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>Evaluators that are stopped for a while, on the word of who is connected to them.</summary>
public sealed partial class InetDaemon
{
    private readonly ConcurrentDictionary<long, (PeerConnection Peer, IRunningEvaluator Evaluator)> _running = new();

    /// <summary>The evaluators that there are now.</summary>
    internal IReadOnlyList<RunningEvaluator> Evaluators() => [.. _running.Values.Select(r => Describe(r.Peer, r.Evaluator))];

    /// <summary>Stops evaluators; gives those that are stopped now.</summary>
    internal IReadOnlyList<RunningEvaluator> Suspend(IReadOnlyList<PeerConnection> connections) => ForEach(connections, e => e.Suspend(), "suspended");

    /// <summary>Lets evaluators go on; gives those that do now.</summary>
    internal IReadOnlyList<RunningEvaluator> Resume(IReadOnlyList<PeerConnection> connections) => ForEach(connections, e => e.Resume(), "resumed");

    private static RunningEvaluator Describe(PeerConnection peer, IRunningEvaluator evaluator)
    {
        (long memory, TimeSpan cpu) = ProcessUsage.Of(evaluator.ProcessId);
        return new RunningEvaluator(peer, evaluator.ProcessId, evaluator.IsSuspended, memory, cpu);
    }

    private List<RunningEvaluator> ForEach(IReadOnlyList<PeerConnection> connections, Func<IRunningEvaluator, bool> act, string what)
    {
        List<RunningEvaluator> done = [];
        foreach ((PeerConnection peer, IRunningEvaluator evaluator) in _running.Values)
        {
            if (connections.Contains(peer) && act(evaluator))
            {
                LogSignalled(_log, evaluator.ProcessId, what);
                done.Add(Describe(peer, evaluator));
            }
        }

        return done;
    }

    private void Remember(long id, PeerConnection peer, IRunningEvaluator evaluator) => _running[id] = (peer, evaluator);

    private void Forget(long id) => _running.TryRemove(id, out _);
}
