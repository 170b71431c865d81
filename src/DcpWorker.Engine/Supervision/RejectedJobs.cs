namespace DcpWorker.Engine.Supervision;

/// <summary>Jobs that this worker does not want, for a while or for good; the scheduler is told with each request for work. Safe for threads.</summary>
internal sealed class RejectedJobs(TimeProvider time)
{
    /// <summary>The oldest are forgotten beyond this number.</summary>
    private const int Capacity = 200;

    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, (DateTimeOffset Until, string Reason)> _jobs = new(StringComparer.Ordinal);

    public void Add(string jobId, string reason, TimeSpan? howLong = null)
    {
        lock (_gate)
        {
            _jobs.Remove(jobId);
            if (_jobs.Count >= Capacity)
            {
                _jobs.RemoveAt(0);
            }

            _jobs[jobId] = (howLong is { } span ? time.GetUtcNow() + span : DateTimeOffset.MaxValue, reason);
        }
    }

    public bool Contains(string jobId)
    {
        lock (_gate)
        {
            return _jobs.TryGetValue(jobId, out (DateTimeOffset Until, string Reason) entry) && entry.Until > time.GetUtcNow();
        }
    }

    /// <summary>The jobs' ids.</summary>
    public IReadOnlyList<string> Current()
    {
        lock (_gate)
        {
            return [.. _jobs.Where(j => j.Value.Until > time.GetUtcNow()).Select(j => j.Key)];
        }
    }
}
