namespace DcpScheduler.Domain;

/// <summary>
/// The events of one job that no subscriber has received yet, and the subscribers. Events made before anyone
/// listens wait here: a deployer subscribes after its job may have begun, and comes back after a lost connection.
/// </summary>
internal sealed class JobEvents
{
    /// <summary>Most waiting events of one label that a work function can cause; beyond that the oldest go.</summary>
    public const int MaxBacklog = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedList<JobEvent>> _waiting = [];
    private readonly List<IJobEventSink> _sinks = [];
    private long _sequence;

    /// <summary>Adds an event and offers it to all subscribers of its label; the events that had to go for it are returned.</summary>
    public IReadOnlyList<JobEvent> Publish(JobEvent e)
    {
        List<JobEvent> dropped = [];
        lock (_lock)
        {
            LinkedList<JobEvent> waiting = _waiting.TryGetValue(e.Label, out LinkedList<JobEvent>? found) ? found : _waiting[e.Label] = [];
            if (e.Label == EventLabel.Status)
            {
                // only the newest status is of interest
                while (waiting.First is { } old)
                {
                    old.Value.IsSettled = true;
                    waiting.RemoveFirst();
                }
            }

            while (waiting.Count >= MaxBacklog && e.Label is not (EventLabel.Result or EventLabel.Stop))
            {
                waiting.First!.Value.IsSettled = true;
                dropped.Add(waiting.First.Value);
                waiting.RemoveFirst();
            }

            e.Sequence = ++_sequence;
            e.Node = waiting.AddLast(e);
            foreach (IJobEventSink sink in _sinks)
            {
                if (sink.Wants(e.Label))
                {
                    sink.Offer(e);
                }
            }
        }

        return dropped;
    }

    /// <summary>Adds a subscriber (or labels to a subscriber) and offers it what waits for these labels.</summary>
    public void Subscribe(IJobEventSink sink, IReadOnlyCollection<string> labels)
    {
        lock (_lock)
        {
            if (!_sinks.Contains(sink))
            {
                _sinks.Add(sink);
            }

            foreach (JobEvent e in labels.SelectMany(l => _waiting.TryGetValue(l, out LinkedList<JobEvent>? w) ? w : []).OrderBy(e => e.Sequence))
            {
                sink.Offer(e);
            }
        }
    }

    /// <summary>Removes a subscriber.</summary>
    public void Unsubscribe(IJobEventSink sink)
    {
        lock (_lock)
        {
            _sinks.Remove(sink);
        }
    }

    /// <summary>Notes that a subscriber has it; false when that was known.</summary>
    public bool Settle(JobEvent e)
    {
        lock (_lock)
        {
            if (e.IsSettled)
            {
                return false;
            }

            e.IsSettled = true;
            if (e.Node is { List: { } list })
            {
                list.Remove(e.Node);
            }

            return true;
        }
    }
}
