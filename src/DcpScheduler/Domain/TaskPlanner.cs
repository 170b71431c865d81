namespace DcpScheduler.Domain;

/// <summary>
/// Decides which slices, and how many, a worker gets: enough to keep its cores busy for the target time, never so
/// many that another worker would have to wait for the last of them.
/// </summary>
internal sealed class TaskPlanner(SchedulerOptions options)
{
    /// <summary>
    /// Leases slices to the worker. Call inside the lock of <see cref="JobBook"/>. <paramref name="activeWorkers"/>
    /// counts the workers that compete for work, this one included.
    /// </summary>
    public IReadOnlyList<(Job Job, IReadOnlyList<int> Slices)> Plan(TaskRequest request, IEnumerable<Job> jobs, string workerId, int activeWorkers, DateTimeOffset now)
    {
        List<(Job, IReadOnlyList<int>)> task = [];
        double freeCores = request.Cpu;
        int room = options.MaxSlicesPerTask;
        Lease lease = new(workerId, now, now + options.Lease);

        // the job with the fewest slices out comes first, so that a big job cannot starve a small one
        List<Job> candidates = [.. jobs.Where(j => MayHave(request, j)).OrderBy(j => j.Slices.Leased).ThenBy(j => j.Created).ThenBy(j => j.Key)];
        for (int i = 0; i < candidates.Count && freeCores >= 0.25 && room > 0; i++)
        {
            Job job = candidates[i];
            double cores = Math.Max(Math.Min(1, freeCores), freeCores / (candidates.Count - i));
            List<int> taken = [];
            for (int n = Math.Min(room, HowMany(request, job, cores, activeWorkers)); n > 0 && job.Slices.Take(lease) is { } number; n--)
            {
                taken.Add(number);
            }

            if (taken.Count > 0)
            {
                job.LastActivity = now;
                task.Add((job, taken));
                room -= taken.Count;
                freeCores -= Math.Min(cores, taken.Count * job.Metrics.CpuDensity);
            }
        }

        return task;
    }

    private static bool MayHave(TaskRequest request, Job job) =>
        job.Status == JobStatus.Running
        && job.Slices.Waiting > 0
        && (request.JobIds.Count > 0 ? request.JobIds.Contains(job.Id) : !job.Definition.LocalExec)
        && (job.Definition.LocalExec || job.Groups.Overlaps(request.Groups))
        && !request.RejectedJobs.Contains(job.Id)
        && !request.UnresolvedJobs.Contains(job.Id)
        && !(job.Definition.Discrete && request.WorkedJobs.Contains(job.Id))
        && (job.Definition.Requirements & ~request.Capabilities) == 0
        && request.Worktimes.Any(job.Definition.Worktime.IsServedBy);

    private int HowMany(TaskRequest request, Job job, double cores, int activeWorkers)
    {
        int least = (int)Math.Ceiling(cores);
        TimeSpan? each = request.MeasuredTimes.TryGetValue(job.Id, out double ms) ? TimeSpan.FromMilliseconds(Math.Clamp(ms, 1, 1e9)) : job.Metrics.Elapsed;

        // how long its slices take is not known yet: one to compute and one in reserve for each core
        double wanted = each is null ? least * 2 : Math.Ceiling(cores * (options.TargetTaskDuration / each.Value));
        int fairShare = activeWorkers <= 1 ? job.Slices.Waiting : (int)Math.Ceiling(job.Slices.Waiting / (2.0 * activeWorkers));
        return (int)Math.Clamp(Math.Min(wanted, fairShare), least, int.MaxValue);
    }
}
