using DcpScheduler.Storage;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Domain;

/// <summary>
/// What happens to a job: slices come, are computed or returned, and the job ends. Nothing is answered or told before
/// it is stored.
/// </summary>
internal sealed class JobControl(JobBook book, JobStore store, EventStore events, Database database, SchedulerOptions options, WorkArrival arrival, TimeProvider time, ILogger<JobControl> log)
{
    private const int LongestInlineResult = 4096;
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Called when a job has ended, with the ids of the workers that may still compute slices of it.</summary>
    public event Action<Job, IReadOnlyCollection<string>>? Ended;

    private long _lastKey = store.ReadLastKey();

    /// <summary>Takes all stored jobs up again.</summary>
    public async Task LoadAsync()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (Job job in store.ReadAll())
        {
            // workers had no way to renew their leases while the scheduler was down
            foreach ((int number, Lease lease) in job.Slices.Leases.ToList())
            {
                job.Slices.Renew(number, lease.WorkerId, now + options.Lease);
            }

            List<string> groups = [.. job.Groups.SelectMany(g => ComputeGroup.Recognise(g, options.ComputeGroups))];
            job.Groups.Clear();
            job.Groups.UnionWith(groups);
            job.LastActivity = job.LastDeployCall = now;
            book.TryAdd(job);
            await EndIfCompleteAsync(job).ConfigureAwait(false);
        }
    }

    /// <summary>A key for a new job.</summary>
    public long NextKey() => Interlocked.Increment(ref _lastKey);

    /// <summary>Takes in a new job; <paramref name="slices"/> are there from the start (a range or pattern).</summary>
    /// <exception cref="ProtocolException">There is a job of that id, or too many jobs run.</exception>
    public async Task AddAsync(Job job, int slices)
    {
        lock (book.Lock)
        {
            if (book.Running >= options.MaxRunningJobs)
            {
                throw new ProtocolException("ELIMIT", $"The scheduler has {options.MaxRunningJobs} unfinished jobs and takes no more. Cancel some, or wait.");
            }
        }

        if (!book.TryAdd(job))
        {
            throw new ProtocolException("EEXIST", $"There is a job {job.Id} already.");
        }

        try
        {
            await store.AddAsync(job, slices).ConfigureAwait(false);
        }
        catch
        {
            book.Remove(job);
            throw;
        }

        lock (book.Lock)
        {
            job.Slices.Append(slices);
        }

        JobLog.Submitted(log, job.Id, job.Definition.Name, slices, job.Owner);
        await EndIfCompleteAsync(job).ConfigureAwait(false);
    }

    /// <summary>Appends slices; the number of the last one.</summary>
    /// <exception cref="ProtocolException">The job is closed or has ended, or is too big.</exception>
    public async Task<int> AddSlicesAsync(Job job, IReadOnlyList<StoredValue> values)
    {
        await job.Uploading.WaitAsync().ConfigureAwait(false);
        try
        {
            long characters = job.Characters + values.Sum(v => (long)v.Text.Length);
            int before = job.Slices.Count;
            if (job.Status != JobStatus.Running || job.IsClosed)
            {
                throw new ProtocolException("ECLOSED", $"The job {job.Id} takes no more slices: it is {(job.Status == JobStatus.Running ? "closed" : job.Status.ToString().ToLowerInvariant())}.");
            }

            if (before + values.Count > options.MaxSlicesPerJob || characters > options.MaxJobCharacters)
            {
                throw new ProtocolException("ETOOBIG", $"A job may have {options.MaxSlicesPerJob} slices and {options.MaxJobCharacters} characters of data; these slices would exceed that.");
            }

            await store.AddSlicesAsync(job, before, values, characters).ConfigureAwait(false);
            lock (book.Lock)
            {
                job.Characters = characters;
                job.Slices.Append(values.Count);
            }

            arrival.Announce();
            return before + values.Count;
        }
        finally
        {
            job.Uploading.Release();
        }
    }

    /// <summary>No more slices will come.</summary>
    public async Task CloseAsync(Job job)
    {
        await job.Uploading.WaitAsync().ConfigureAwait(false);
        try
        {
            await store.CloseAsync(job).ConfigureAwait(false);
            job.IsClosed = true;
        }
        finally
        {
            job.Uploading.Release();
        }

        await EndIfCompleteAsync(job).ConfigureAwait(false);
    }

    /// <summary>Lets the workers of these groups have the job.</summary>
    public async Task AddToGroupsAsync(Job job, IReadOnlyList<ComputeGroup> groups)
    {
        List<string> all;
        lock (book.Lock)
        {
            all = [.. job.Groups.Union(groups.Select(g => g.OpaqueId))];
        }

        await store.SetGroupsAsync(job, all).ConfigureAwait(false);
        lock (book.Lock)
        {
            job.Groups.UnionWith(all);
        }

        arrival.Announce();
    }

    /// <summary>Takes a result in and pays for it, once: what comes later for the same slice is ignored. The amount paid.</summary>
    /// <exception cref="ProtocolException">There is no such slice.</exception>
    public async Task<decimal> CompleteAsync(Job job, int number, string workerId, Address? payTo, string uri, JsValue metrics)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (book.Lock)
        {
            if (!job.Slices.Exists(number))
            {
                throw new ProtocolException("ENOENT", $"The job {job.Id} has no slice {number}.");
            }

            string? holder = job.Slices.Leases.TryGetValue(number, out Lease lease) ? lease.WorkerId : null;
            if (job.Status != JobStatus.Running || !job.Slices.Complete(number))
            {
                return 0;
            }

            if (holder is not null && holder != workerId)
            {
                job.Strays.Add(holder);
            }

            job.Metrics.Add(metrics);
            job.ReturnsInARow = 0;
            job.LastActivity = now;
        }

        decimal amount = payTo is null ? 0 : job.Definition.SlicePayment;
        JobEvent e = new(EventLabel.Result, NewId()) { Slice = number, Text = uri.Length <= LongestInlineResult ? uri : null };
        string measured = JsonWriter.Write(metrics is JsObject ? metrics : new JsObject());
        try
        {
            await database.WriteAsync(batch =>
            {
                JobStore.AddResult(batch, job, number, uri, workerId, e.Id, measured, now);
                if (payTo is not null)
                {
                    Ledger.Pay(batch, new Payment(now, job.PaymentAccount, payTo, amount, job.Id, number));
                }
            }).ConfigureAwait(false);
        }
        catch
        {
            lock (book.Lock)
            {
                job.Slices.Reopen(number);
            }

            throw;
        }

        job.Events.Publish(e);
        PublishStatus(job, now);
        await EndIfCompleteAsync(job).ConfigureAwait(false);
        return amount;
    }

    /// <summary>
    /// A worker gives slices back. When <paramref name="counts"/>, this speaks against the job: too often, and the job is
    /// cancelled with the reason.
    /// </summary>
    public async Task ReturnAsync(Job job, string workerId, IReadOnlyList<int> numbers, string? reason, string? code, bool counts)
    {
        List<(int, int?)> released = [];
        string? verdict = null;
        lock (book.Lock)
        {
            foreach (int number in numbers)
            {
                if (!job.Slices.Release(number, workerId))
                {
                    continue;
                }

                int? returns = counts ? job.Slices.CountReturn(number) : null;
                released.Add((number, returns));
                if (returns >= options.MaxReturnsPerSlice)
                {
                    verdict = $"slice {number} was returned {returns} times";
                }
            }

            if (released.Count == 0)
            {
                return;
            }

            job.LastActivity = time.GetUtcNow();
            if (counts)
            {
                job.LastReturnReason = reason;
                job.LastReturnCode = code;
                if (++job.ReturnsInARow >= options.MaxReturnsInARow)
                {
                    verdict ??= $"workers returned its slices {job.ReturnsInARow} times in a row";
                }
            }
        }

        store.PostReleased(job, released);
        JobLog.Returned(log, job.Id, released.Count, workerId, reason);
        if (verdict is not null)
        {
            await CancelAsync(job, $"The job was cancelled because {verdict}; the last reason: {reason ?? "none given"}.", code ?? "ERETURNED").ConfigureAwait(false);
        }
    }

    /// <summary>Ends a job before its time; nothing happens when it has ended.</summary>
    public Task CancelAsync(Job job, string reason, string code) => EndAsync(job, JobStatus.Cancelled, reason, code);

    /// <summary>Stores what a work function has to say, and tells the deployer.</summary>
    public async Task EmitAsync(Job job, JobEvent e)
    {
        if (job.Status != JobStatus.Running)
        {
            return;
        }

        // published before anything is waited for: events keep the order in which they came
        Task stored = events.AddAsync(job, e, time.GetUtcNow());
        foreach (JobEvent dropped in job.Events.Publish(e))
        {
            events.PostRemove(dropped);
        }

        await stored.ConfigureAwait(false);
    }

    /// <summary>Notes that the deployer has an event.</summary>
    public void Settle(Job job, JobEvent e)
    {
        if (!job.Events.Settle(e))
        {
            return;
        }

        switch (e.Label)
        {
            case EventLabel.Result:
                store.PostResultDelivered(job, e.Slice);
                break;
            case EventLabel.Stop:
                store.PostStopDelivered(job);
                break;
            case EventLabel.Status:
                break;
            default:
                events.PostRemove(e);
                break;
        }
    }

    /// <summary>A new unguessable id.</summary>
    public static string NewId() => Guid.NewGuid().ToString("N");

    private void PublishStatus(Job job, DateTimeOffset now)
    {
        lock (book.Lock)
        {
            if (now - job.LastStatusEvent < StatusInterval)
            {
                return;
            }

            job.LastStatusEvent = now;
        }

        job.Events.Publish(new JobEvent(EventLabel.Status, NewId()));
    }

    private Task EndIfCompleteAsync(Job job) => job.IsComplete ? EndAsync(job, JobStatus.Finished, null, null) : Task.CompletedTask;

    private async Task EndAsync(Job job, JobStatus status, string? reason, string? code)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<string> holders;
        lock (book.Lock)
        {
            if (job.Status != JobStatus.Running || (status == JobStatus.Finished && !job.IsComplete))
            {
                return;
            }

            (job.Status, job.CancelReason, job.CancelCode, job.Ended) = (status, reason, code, now);
            holders = [.. job.Slices.Leases.Values.Select(l => l.WorkerId).Union(job.Strays)];
            job.Slices.DropLeases();
            job.Strays.Clear();
        }

        await store.EndAsync(job, status, reason, code, now).ConfigureAwait(false);
        JobLog.Ended(log, job.Id, status, job.Slices.Done, job.Slices.Count, reason);
        Ended?.Invoke(job, holders);
        job.Events.Publish(new JobEvent(EventLabel.Status, NewId()));
        job.Events.Publish(new JobEvent(EventLabel.Stop, $"stop-{job.Id}"));
    }
}
