using System.Diagnostics.CodeAnalysis;

namespace DcpScheduler.Domain;

/// <summary>All jobs that the scheduler knows, and the lock that guards them, their slices and the workers.</summary>
internal sealed class JobBook
{
    private readonly Dictionary<string, Job> _jobs = new(StringComparer.Ordinal);

    /// <summary>Held while anything of jobs or workers is read or changed; never across a wait.</summary>
    public Lock Lock { get; } = new();

    /// <summary>All jobs; call inside the lock.</summary>
    public IEnumerable<Job> All => _jobs.Values;

    /// <summary>How many jobs still run; call inside the lock.</summary>
    public int Running => _jobs.Values.Count(j => j.Status == JobStatus.Running);

    /// <summary>Adds a job; false when there is one of that id.</summary>
    public bool TryAdd(Job job)
    {
        lock (Lock)
        {
            return _jobs.TryAdd(job.Id, job);
        }
    }

    /// <summary>Finds a job.</summary>
    public bool TryGet(string? id, [NotNullWhen(true)] out Job? job)
    {
        lock (Lock)
        {
            job = null;
            return id is not null && _jobs.TryGetValue(id, out job);
        }
    }

    /// <summary>Forgets a job.</summary>
    public void Remove(Job job)
    {
        lock (Lock)
        {
            _jobs.Remove(job.Id);
        }
    }
}
