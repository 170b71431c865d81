using System.Collections.Concurrent;
using DcpScheduler.Domain;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>
/// The scheduler's messages to workers, over the connections on which these have subscribed to them. A worker gets only
/// what is for it: the connection must be of the identity that its id belongs to.
/// </summary>
internal sealed class WorkerCommands(TimeProvider time, ILogger<WorkerCommands> log) : IWorkerCommands
{
    private const string LabelPrefix = "schedmsg::";
    private const string CommandLabel = "schedmsg::command";

    private readonly ConcurrentDictionary<Connection, CommandSubscription> _subscriptions = [];

    /// <summary>Whether a label is that of messages to workers, and not of a job's events.</summary>
    public static bool IsLabel(string label) => label.StartsWith(LabelPrefix, StringComparison.Ordinal);

    /// <summary>Subscribes a connection to labels; the token for each. <paramref name="filter"/> is as the worker gave it.</summary>
    public IReadOnlyList<(string Label, string Token)> Subscribe(Connection connection, IReadOnlyList<string> labels, JsValue filter)
    {
        CommandSubscription subscription = new(connection, labels, Targets(filter), time, log);
        _subscriptions[connection] = subscription;
        _ = RunAsync(connection, subscription);
        return [.. subscription.Tokens.Select(t => (t.Key, t.Value))];
    }

    /// <summary>Takes a subscription back; false when the token is not that of the label.</summary>
    public bool Unsubscribe(Connection connection, string label, string token) =>
        _subscriptions.TryGetValue(connection, out CommandSubscription? subscription) && subscription.Tokens.TryRemove(new(label, token));

    /// <inheritdoc/>
    public void RemoveJob(KnownWorker worker, string jobId)
    {
        foreach ((Connection connection, CommandSubscription subscription) in _subscriptions)
        {
            if (connection.PeerAddress?.Equals(worker.Identity) == true && subscription.IsFor(worker.Id))
            {
                subscription.Post(new JsObject
                {
                    ["eventName"] = CommandLabel,
                    ["command"] = "remove",
                    ["payload"] = new JsObject { ["jobId"] = jobId },
                });
                EventLog.CommandPosted(log, "remove", jobId, worker.Id);
            }
        }
    }

    private async Task RunAsync(Connection connection, CommandSubscription subscription)
    {
        await subscription.RunAsync().ConfigureAwait(false);
        _subscriptions.TryRemove(new(connection, subscription));
    }

    /// <summary>
    /// The targets in <c>{$or: [{target}, …]}</c> or <c>{target}</c>; null without a filter, as clients subscribe again
    /// after a lost session, and then all is meant that is for their identity.
    /// </summary>
    private static HashSet<string>? Targets(JsValue filter)
    {
        if (filter.IsNullish)
        {
            return null;
        }

        IEnumerable<JsValue?> choices = filter["$or"] is JsArray any ? any.Items.Take(100) : [filter];
        return [.. choices.Select(c => c?["target"].AsString()).OfType<string>()];
    }
}
