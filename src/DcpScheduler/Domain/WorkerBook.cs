using DcpScheduler.Storage;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;

namespace DcpScheduler.Domain;

/// <summary>The workers that have asked for work, and the leases they hold: renewed by what they say, ended by their silence.</summary>
internal sealed class WorkerBook(JobBook book, JobStore store, JobControl control, SchedulerOptions options, TimeProvider time, ILogger<WorkerBook> log)
{
    private const int MostWorkers = 100_000;
    private static readonly TimeSpan Active = TimeSpan.FromSeconds(30);

    // a result on its way when a worker reports what it holds must not look lost
    private static readonly TimeSpan ReportSlack = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, KnownWorker> _workers = new(StringComparer.Ordinal);

    /// <summary>How many workers compete for work now; call inside the lock.</summary>
    public int ActiveWorkers => _workers.Values.Count(w => w.Connections.Count > 0 && time.GetUtcNow() - w.LastSeen < Active);

    /// <summary>Notes a sign of life. A worker id belongs to the identity that used it first, for as long as it is known.</summary>
    /// <exception cref="ProtocolException">No id, or the id of another identity's worker.</exception>
    public KnownWorker Touch(string? id, Address identity, Connection? connection)
    {
        if (id is not { Length: > 0 and <= 100 })
        {
            throw new ProtocolException("EINVAL", "A worker must give its id, of 1 to 100 characters.");
        }

        lock (book.Lock)
        {
            if (!_workers.TryGetValue(id, out KnownWorker? worker))
            {
                if (_workers.Count >= MostWorkers)
                {
                    throw new ProtocolException("ELIMIT", "The scheduler knows too many workers.");
                }

                _workers[id] = worker = new KnownWorker(id, identity);
            }

            if (!worker.Identity.Equals(identity))
            {
                throw new ProtocolException("EPERM", $"The worker id {id} is that of another identity's worker.");
            }

            worker.LastSeen = time.GetUtcNow();
            worker.DisconnectedSince = null;
            if (connection is not null && worker.Connections.Add(connection))
            {
                _ = ForgetConnectionAsync(worker, connection);
            }

            return worker;
        }
    }

    /// <summary>Renews the leases on what a worker says it holds; what it no longer knows of is handed out again.</summary>
    public void Report(KnownWorker worker, IReadOnlyDictionary<string, HashSet<int>> held)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (book.Lock)
        {
            foreach (Job job in book.All.Where(j => j.Slices.Leased > 0))
            {
                held.TryGetValue(job.Id, out HashSet<int>? numbers);
                List<int> lost = [];
                foreach ((int number, Lease lease) in job.Slices.Leases.Where(l => l.Value.WorkerId == worker.Id).ToList())
                {
                    if (numbers?.Contains(number) == true)
                    {
                        job.Slices.Renew(number, worker.Id, now + options.Lease);
                    }
                    else if (now - lease.Since > ReportSlack)
                    {
                        lost.Add(number);
                    }
                }

                TakeBack(job, worker.Id, lost, "it no longer reports them");
            }
        }
    }

    /// <summary>Takes back all that a worker holds.</summary>
    public void ReleaseAll(string workerId, string reason)
    {
        lock (book.Lock)
        {
            foreach (Job job in book.All.Where(j => j.Slices.Leased > 0))
            {
                TakeBack(job, workerId, [.. job.Slices.Leases.Where(l => l.Value.WorkerId == workerId).Select(l => l.Key)], reason);
            }
        }
    }

    /// <summary>
    /// The periodic check: expired leases, workers without a connection, jobs that nobody wants, jobs to forget. True
    /// when slices wait again.
    /// </summary>
    public async Task<bool> SweepAsync()
    {
        bool released = false;
        DateTimeOffset now = time.GetUtcNow();
        List<Job> unwanted = [];
        List<Job> forgotten = [];
        lock (book.Lock)
        {
            HashSet<string> gone = [];
            foreach (KnownWorker worker in _workers.Values)
            {
                bool connected = worker.Connections.OfType<Connection>().Any(c => c.State is ConnectionState.Connecting or ConnectionState.Established);
                worker.DisconnectedSince = connected ? null : worker.DisconnectedSince ?? now;
                if (now - worker.DisconnectedSince >= options.DisconnectGrace)
                {
                    gone.Add(worker.Id);
                }
            }

            foreach (Job job in book.All)
            {
                if (job.Slices.Leased > 0)
                {
                    foreach (IGrouping<string, KeyValuePair<int, Lease>> of in job.Slices.Leases.Where(l => l.Value.Expires <= now || gone.Contains(l.Value.WorkerId)).GroupBy(l => l.Value.WorkerId).ToList())
                    {
                        released = true;
                        TakeBack(job, of.Key, [.. of.Select(l => l.Key)], gone.Contains(of.Key) ? "it has no connection" : "it has been silent for too long");
                    }
                }

                if (job.Status != JobStatus.Running)
                {
                    if (now - job.Ended > options.Retention)
                    {
                        forgotten.Add(job);
                    }
                }
                else if (job.RejectedBy.Count > 0 && job.Slices is { Leased: 0, Waiting: > 0 } && now - job.LastActivity > options.RejectedJobPatience)
                {
                    unwanted.Add(job);
                }
            }

            foreach (string id in gone.Where(id => now - _workers[id].LastSeen > options.Lease))
            {
                _workers.Remove(id);
            }
        }

        foreach (Job job in unwanted)
        {
            string reason = $"The job was cancelled because the workers that had it will not have it again, and no other took it; the last reason: {job.LastReturnReason ?? "none given"}.";
            await control.CancelAsync(job, reason, job.LastReturnCode ?? "EREJECTED").ConfigureAwait(false);
        }

        foreach (Job job in forgotten)
        {
            await store.RemoveAsync(job).ConfigureAwait(false);
            book.Remove(job);
        }

        return released;
    }

    private void TakeBack(Job job, string workerId, IReadOnlyList<int> numbers, string reason)
    {
        List<(int, int?)> released = [.. numbers.Where(n => job.Slices.Release(n, workerId)).Select(n => (n, (int?)null))];
        if (released.Count > 0)
        {
            job.LastActivity = time.GetUtcNow();
            store.PostReleased(job, released);
            JobLog.TakenBack(log, job.Id, released.Count, workerId, reason);
        }
    }

    private async Task ForgetConnectionAsync(KnownWorker worker, Connection connection)
    {
        await connection.Closed.ConfigureAwait(false);
        lock (book.Lock)
        {
            worker.Connections.Remove(connection);
        }
    }
}
