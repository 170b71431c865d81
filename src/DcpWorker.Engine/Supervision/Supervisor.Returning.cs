using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.Jobs;

namespace DcpWorker.Engine.Supervision;

/// <summary>Letting go of slices and jobs.</summary>
internal sealed partial class Supervisor
{
    /// <summary>More queued work than this many times three minutes for each core is given back.</summary>
    private const double MaxQueuedPeriods = 2;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(180);

    /// <summary>Lets go of jobs that have had no slice for a while, and gives back what cannot be computed soon.</summary>
    public void Tidy()
    {
        List<Job> done;
        List<Slice> surplus = [];
        lock (_gate)
        {
            done = [.. _work.Jobs.Where(j => j.IdleSince is { } since && Now - since >= _tuning.JobLinger)];
            done.ForEach(_work.Remove);
            FindSurplus(surplus);
        }

        foreach (Job job in done)
        {
            Forget(job, "done");
        }

        Return(surplus, ReturnReason.Surplus);
        if (_parts.Pool.DownSince is { } since && Now - since >= _tuning.EvaluatorPatience && _parts.Pool.Live.Count == 0)
        {
            ReturnQueued(ReturnReason.EvaluatorDown);
        }

        if (done.Count > 0 && !IsPaused)
        {
            _parts.Pool.Warm();
        }
    }

    /// <summary>Gives back everything that waits.</summary>
    public void ReturnQueued(string reason) => Return(Read(w => w.Jobs.SelectMany(j => j.Ready).ToList()), reason);

    /// <summary>Gives back what is not of these jobs, that in the sandboxes too.</summary>
    public void ReturnOthers(IReadOnlyList<string> jobIds, string reason)
    {
        Return(
            Read(w => w.Jobs.Where(j => !jobIds.Contains(j.Id)).SelectMany(j => j.Slices.Values).Where(s => s.State is SliceState.Ready or SliceState.Working).ToList()),
            reason);
        Dispatch();
    }

    /// <summary>Lets go of a job because the scheduler says so.</summary>
    public void RemoveJob(string jobId, string reason)
    {
        if (Read(w => w.Find(jobId)) is { } job)
        {
            Drop(job, reason, reason);
        }
    }

    /// <summary>Takes in no more, and starts no more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _accepting = false;
            _stopping = true;
        }

        ReturnQueued(ReturnReason.Stopping);
        CheckEnd();
    }

    /// <summary>Starts no more for the time being, and gives back what waits.</summary>
    public void Pause()
    {
        lock (_gate)
        {
            _paused = true;
        }

        ReturnQueued(ReturnReason.Paused);
    }

    /// <summary>Goes on after <see cref="Pause"/>.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _paused = false;
        }

        Dispatch();
        WorkWanted();
    }

    private void CheckEnd()
    {
        if (Read(w => _stopping && w.Working == 0))
        {
            _nothingWorks.TrySetResult();
        }
    }

    /// <summary>Ends what is being computed; results that are there are still delivered.</summary>
    public void AbortWorking(string reason = ReturnReason.Stopping) => AbortWorking(_ => true, reason);

    /// <summary>Ends what is being computed in some sandboxes (null: in none yet, it is being prepared).</summary>
    public void AbortWorking(Func<int?, bool> inSandbox, string reason)
    {
        List<Slice> working = Read(w => w.Jobs.SelectMany(j => j.Slices.Values).Where(s => s.State == SliceState.Working && inSandbox(s.SandboxId)).ToList());
        Return(working, reason);
    }

    /// <summary>The sandboxes in which something is being computed.</summary>
    public IReadOnlySet<int> BusySandboxes() =>
        Read(w => w.Jobs.SelectMany(j => j.Slices.Values).Where(s => s.State == SliceState.Working).Select(s => s.SandboxId).OfType<int>().ToHashSet());

    /// <summary>Waits until everything under way has come to its end.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        while (true)
        {
            Task[] running;
            lock (_gate)
            {
                running = [.. _running];
            }

            if (running.Length == 0)
            {
                return;
            }

            await Task.WhenAll(running).WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }
    }

    private void FindSurplus(List<Slice> surplus)
    {
        double room = MaxQueuedPeriods * Period.TotalSeconds * Cores;
        foreach (Job job in _work.Jobs)
        {
            double seconds = (job.Metrics.Expected ?? TimeSpan.Zero).TotalSeconds * job.Metrics.Density;
            room -= job.Working * seconds;
            for (LinkedListNode<Slice>? node = job.Ready.First; node is not null; node = node.Next)
            {
                room -= seconds;

                // one for each core is kept whatever it takes: somebody has to compute it
                if (room < 0 && _work.Queued - surplus.Count > Cores)
                {
                    surplus.Add(node.Value);
                }
            }
        }
    }

    private void RejectJob(Job job, string code, string message, TimeSpan? howLong, JsValue? reason = null)
    {
        _rejected.Add(job.Id, code, howLong);
        LogJobRejected(job.Id, code, message);
        _parts.Events.Publish(new WorkerWarning(Now, code, $"Job {job.Id} is not served any more: {message}"));
        Drop(job, code, reason ?? code);
    }

    private void Drop(Job job, string code, JsValue reason)
    {
        List<Slice> slices;
        lock (_gate)
        {
            if (job.State == JobState.Gone)
            {
                slices = [.. job.Slices.Values.Where(s => s.State is SliceState.Ready or SliceState.Working)];
            }
            else
            {
                slices = [.. job.Slices.Values.Where(s => s.State is SliceState.Ready or SliceState.Working)];
                _work.Remove(job);
            }
        }

        Return(slices, reason);
        Forget(job, code);
    }

    private void Forget(Job job, string reason)
    {
        job.Abort.Cancel();
        _parts.Pool.RemoveJob(job.Id);
        _parts.Modules.RemoveJob(job.Id);
        _parts.Events.Publish(new JobRemoved(Now, job.Id, reason));
    }

    private void Return(IReadOnlyCollection<Slice> slices, JsValue reason)
    {
        List<Slice> returned = [];
        lock (_gate)
        {
            foreach (Slice slice in slices)
            {
                if (_work.Finish(slice, Now))
                {
                    returned.Add(slice);
                    _returned++;
                }
            }
        }

        if (returned.Count == 0)
        {
            return;
        }

        string text = reason.AsString() ?? reason["message"].AsString() ?? "unknown";
        foreach (Slice slice in returned)
        {
            slice.Abort.Cancel();
            _parts.Events.Publish(new SliceReturned(Now, slice.Job.Id, slice.Number, text));
        }

        Track(_parts.Status.ReturnAsync(returned, reason));
    }

    private void ReturnUnknown(List<(string JobId, SliceMessage Slice)> slices, JsObject authorization, string reason)
    {
        foreach (IGrouping<string, SliceMessage> job in slices.GroupBy(s => s.JobId, s => s.Slice))
        {
            LogReturnedUnknown(job.Count(), job.Key, reason);
            Track(_parts.Status.ReturnAsync(job.Key, job, authorization, reason));
        }
    }
}
