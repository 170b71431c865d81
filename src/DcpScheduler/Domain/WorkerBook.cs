using DcpScheduler.Storage;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;

namespace DcpScheduler.Domain;

/// <summary>The workers that have asked for work, and the leases they hold: renewed by what they say, ended by their silence.</summary>
internal sealed class WorkerBook
{
    private const int MostWorkers = 100_000;
    private const int MostRemovalsPerReport = 100;
    private static readonly TimeSpan Active = TimeSpan.FromSeconds(30);

    // a result on its way when a worker reports what it holds must not look lost
    private static readonly TimeSpan ReportSlack = TimeSpan.FromSeconds(60);

    private readonly JobBook _book;
    private readonly JobStore _store;
    private readonly JobControl _control;
    private readonly IWorkerCommands _commands;
    private readonly SchedulerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Dictionary<string, KnownWorker> _workers = new(StringComparer.Ordinal);

    /// <summary>A book without workers yet. Those that compute a job are told when it ends.</summary>
    public WorkerBook(JobBook book, JobStore store, JobControl control, IWorkerCommands commands, SchedulerOptions options, TimeProvider time, ILogger<WorkerBook> log)
    {
        (_book, _store, _control, _commands, _options, _time, _log) = (book, store, control, commands, options, time, log);
        control.Ended += OnEnded;
    }

    /// <summary>How many workers compete for work now; call inside the lock.</summary>
    public int ActiveWorkers => _workers.Values.Count(w => w.Connections.Count > 0 && _time.GetUtcNow() - w.LastSeen < Active);

    /// <summary>Notes a sign of life. A worker id belongs to the identity that used it first, for as long as it is known.</summary>
    /// <exception cref="ProtocolException">No id, or the id of another identity's worker.</exception>
    public KnownWorker Touch(string? id, Address identity, Connection? connection)
    {
        if (id is not { Length: > 0 and <= 100 })
        {
            throw new ProtocolException("EINVAL", "A worker must give its id, of 1 to 100 characters.");
        }

        lock (_book.Lock)
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

            worker.LastSeen = _time.GetUtcNow();
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
        DateTimeOffset now = _time.GetUtcNow();
        lock (_book.Lock)
        {
            foreach (Job job in _book.All.Where(j => j.Slices.Leased > 0))
            {
                held.TryGetValue(job.Id, out HashSet<int>? numbers);
                List<int> lost = [];
                foreach ((int number, Lease lease) in job.Slices.Leases.Where(l => l.Value.WorkerId == worker.Id).ToList())
                {
                    if (numbers?.Contains(number) == true)
                    {
                        job.Slices.Renew(number, worker.Id, now + _options.Lease);
                    }
                    else if (now - lease.Since > ReportSlack)
                    {
                        lost.Add(number);
                    }
                }

                TakeBack(job, worker.Id, lost, "it no longer reports them");
            }

            foreach (string id in held.Where(h => h.Value.Count > 0).Select(h => h.Key).Where(id => !_book.TryGet(id, out Job? job) || job.Status != JobStatus.Running).Take(MostRemovalsPerReport))
            {
                _commands.RemoveJob(worker, id);
            }
        }
    }

    /// <summary>Notes that a worker computes slices of a job: it keeps its leases, or is told that the job has ended.</summary>
    public void Renew(KnownWorker worker, Job job, IReadOnlyList<int> numbers)
    {
        lock (_book.Lock)
        {
            if (job.Status != JobStatus.Running)
            {
                _commands.RemoveJob(worker, job.Id);
                return;
            }

            foreach (int number in numbers)
            {
                job.Slices.Renew(number, worker.Id, _time.GetUtcNow() + _options.Lease);
            }
        }
    }

    /// <summary>Takes back all that a worker holds.</summary>
    public void ReleaseAll(string workerId, string reason)
    {
        lock (_book.Lock)
        {
            foreach (Job job in _book.All.Where(j => j.Slices.Leased > 0))
            {
                TakeBack(job, workerId, [.. job.Slices.Leases.Where(l => l.Value.WorkerId == workerId).Select(l => l.Key)], reason);
            }
        }
    }

    /// <summary>Takes back slices that a worker was about to get.</summary>
    public void Release(KnownWorker worker, Job job, IReadOnlyList<int> numbers, string reason)
    {
        lock (_book.Lock)
        {
            TakeBack(job, worker.Id, numbers, reason);
        }
    }

    /// <summary>
    /// The periodic check: expired leases, workers without a connection, jobs that nobody wants, jobs to forget. True
    /// when slices wait again.
    /// </summary>
    public async Task<bool> SweepAsync()
    {
        bool released = false;
        DateTimeOffset now = _time.GetUtcNow();
        List<Job> unwanted = [];
        List<Job> forgotten = [];
        lock (_book.Lock)
        {
            HashSet<string> gone = [];
            foreach (KnownWorker worker in _workers.Values)
            {
                bool connected = worker.Connections.OfType<Connection>().Any(c => c.State is ConnectionState.Connecting or ConnectionState.Established);
                worker.DisconnectedSince = connected ? null : worker.DisconnectedSince ?? now;
                if (now - worker.DisconnectedSince >= _options.DisconnectGrace)
                {
                    gone.Add(worker.Id);
                }
            }

            foreach (Job job in _book.All)
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
                    if (now - job.Ended > _options.Retention)
                    {
                        forgotten.Add(job);
                    }
                }
                else if (job.RejectedBy.Count > 0 && job.Slices is { Leased: 0, Waiting: > 0 } && now - job.LastActivity > _options.RejectedJobPatience)
                {
                    unwanted.Add(job);
                }
            }

            foreach (string id in gone.Where(id => now - _workers[id].LastSeen > _options.Lease))
            {
                _workers.Remove(id);
            }
        }

        foreach (Job job in unwanted)
        {
            string reason = $"The job was cancelled because the workers that had it will not have it again, and no other took it; the last reason: {job.LastReturnReason ?? "none given"}.";
            await _control.CancelAsync(job, reason, job.LastReturnCode ?? "EREJECTED").ConfigureAwait(false);
        }

        foreach (Job job in forgotten)
        {
            await _store.RemoveAsync(job).ConfigureAwait(false);
            _book.Remove(job);
        }

        return released;
    }

    private void TakeBack(Job job, string workerId, IReadOnlyList<int> numbers, string reason)
    {
        List<(int, int?)> released = [.. numbers.Where(n => job.Slices.Release(n, workerId)).Select(n => (n, (int?)null))];
        if (released.Count > 0)
        {
            job.LastActivity = _time.GetUtcNow();
            job.Strays.Add(workerId);
            _store.PostReleased(job, released);
            JobLog.TakenBack(_log, job.Id, released.Count, workerId, reason);
        }
    }

    private void OnEnded(Job job, IReadOnlyCollection<string> holders)
    {
        lock (_book.Lock)
        {
            foreach (string id in holders)
            {
                if (_workers.TryGetValue(id, out KnownWorker? worker))
                {
                    _commands.RemoveJob(worker, job.Id);
                }
            }
        }
    }

    private async Task ForgetConnectionAsync(KnownWorker worker, Connection connection)
    {
        await connection.Closed.ConfigureAwait(false);
        lock (_book.Lock)
        {
            worker.Connections.Remove(connection);
        }
    }
}
