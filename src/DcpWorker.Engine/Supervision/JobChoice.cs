namespace DcpWorker.Engine.Supervision;

/// <summary>
/// The jobs that work is asked of, when not any: those that the owner of the worker names, and those that the scheduler
/// gives priority for a while. Safe for threads.
/// </summary>
internal sealed class JobChoice(IReadOnlyList<string> named)
{
    // what comes from the network is bounded
    private const int MaxPriority = 1000;

    private readonly Lock _gate = new();
    private readonly List<string> _priority = [];

    /// <summary>Ids of the jobs; empty: any job.</summary>
    public IReadOnlyList<string> Current
    {
        get
        {
            lock (_gate)
            {
                return [.. named.Concat(_priority).Distinct()];
            }
        }
    }

    /// <summary>Work is asked of this job (and of others with priority, or named) only.</summary>
    public void AddPriority(string jobId)
    {
        lock (_gate)
        {
            if (!_priority.Contains(jobId) && _priority.Count < MaxPriority)
            {
                _priority.Add(jobId);
            }
        }
    }

    /// <summary>Takes the priority of a job back; what the owner named stays.</summary>
    public void RemovePriority(string jobId)
    {
        lock (_gate)
        {
            _priority.Remove(jobId);
        }
    }

    /// <summary>Takes every priority back: jobs end without a word to workers that hold none of their slices.</summary>
    public void ForgetPriorities()
    {
        lock (_gate)
        {
            _priority.Clear();
        }
    }
}
