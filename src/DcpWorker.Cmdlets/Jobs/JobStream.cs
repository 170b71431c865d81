using System.Collections;
using System.Management.Automation;

namespace DcpWorker.Cmdlets.Jobs;

/// <summary>A stream of a job that holds no more than so many entries: the oldest make room.</summary>
internal sealed class JobStream<T>(PSDataCollection<T> entries, int? most)
{
    /// <summary>Adds an entry; says whether an older one had to make room.</summary>
    public bool Add(T entry)
    {
        try
        {
            bool dropped = most is { } limit && entries.IsOpen && MakeRoom(limit);
            entries.Add(entry);
            return dropped;
        }
        catch (Exception e) when (e is PSInvalidOperationException or ObjectDisposedException)
        {
            // The job is over or removed, and this came from work that outlived it.
            return false;
        }
    }

    // Not together with adding: who takes what is added may wait for another who reads.
    private bool MakeRoom(int limit)
    {
        bool dropped = false;
        lock (((ICollection)entries).SyncRoot)
        {
            while (entries.Count >= limit)
            {
                entries.RemoveAt(0);
                dropped = true;
            }
        }

        return dropped;
    }
}
