using DcpWorker.Engine.Supervision.Fetching;

namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>
/// The jobs and slices that the worker holds, and every change of a slice's state. Not safe for threads: the supervisor
/// guards it with one lock and does nothing slow inside.
/// </summary>
internal sealed class WorkSet
{
    private readonly Dictionary<string, Job> _jobs = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Job> Jobs => _jobs.Values;

    public int Queued { get; private set; }

    public int Working { get; private set; }

    /// <summary>Slices that are computed and whose results are not acknowledged.</summary>
    public int Computed { get; private set; }

    /// <summary>Slices that are neither acknowledged nor returned.</summary>
    public int Held => Queued + Working + Computed;

    /// <summary>Sum of the densities of the slices that are being computed.</summary>
    public double WorkingDensity => _jobs.Values.Sum(j => j.Working * j.Metrics.Density);

    public Job? Find(string jobId) => _jobs.GetValueOrDefault(jobId);

    /// <summary>What an answer changed.</summary>
    /// <param name="NewJobs">Jobs to be loaded.</param>
    /// <param name="NewSlices">Slices taken in.</param>
    /// <param name="Duplicates">Slices that this worker held already.</param>
    /// <param name="Strays">Slices of jobs that the answer does not describe.</param>
    public readonly record struct Additions(
        List<Job> NewJobs, List<Slice> NewSlices, List<(string JobId, SliceMessage Slice)> Duplicates, List<(string JobId, SliceMessage Slice)> Strays);

    /// <summary>Takes in the slices of an answer.</summary>
    public Additions Add(TaskAnswer answer, DateTimeOffset now)
    {
        Additions result = new([], [], [], []);
        foreach ((string jobId, IReadOnlyList<SliceMessage> slices) in answer.Slices)
        {
            Job? job = _jobs.GetValueOrDefault(jobId);
            if (answer.Jobs.GetValueOrDefault(jobId) is { } message)
            {
                if (job is null)
                {
                    job = _jobs[jobId] = new Job(message);
                    result.NewJobs.Add(job);
                }
                else
                {
                    job.Message = message;
                }

                job.Metrics.Update(message.Metrics);
            }

            foreach (SliceMessage slice in slices)
            {
                if (job is null)
                {
                    result.Strays.Add((jobId, slice));
                }
                else if (job.Slices.ContainsKey(slice.Number))
                {
                    result.Duplicates.Add((jobId, slice));
                }
                else
                {
                    Slice added = new(job, slice, answer.Authorization, now);
                    job.Slices.Add(slice.Number, added);
                    job.Ready.AddLast(added);
                    job.IdleSince = null;
                    Queued++;
                    result.NewSlices.Add(added);
                }
            }
        }

        return result;
    }

    /// <summary>The slice has to be computed again: before the others, so that one that fails does so soon.</summary>
    public void Requeue(Slice slice)
    {
        Leave(slice);
        slice.State = SliceState.Ready;
        slice.SandboxId = null;
        slice.Percent = null;
        slice.Job.Ready.AddFirst(slice);
        Queued++;
    }

    /// <summary>The slice is given to a sandbox.</summary>
    public void Start(Slice slice, DateTimeOffset now)
    {
        Leave(slice);
        slice.State = SliceState.Working;
        slice.Started = now;
        slice.Job.Working++;
        Working++;
    }

    /// <summary>The slice has a result.</summary>
    public void Compute(Slice slice)
    {
        Leave(slice);
        slice.State = SliceState.Computed;
        slice.Job.Completed++;
        Computed++;
    }

    /// <summary>The worker is done with the slice; false when it was already.</summary>
    public bool Finish(Slice slice, DateTimeOffset now)
    {
        if (slice.State == SliceState.Finished)
        {
            return false;
        }

        Leave(slice);
        slice.State = SliceState.Finished;
        slice.Job.Slices.Remove(slice.Number);
        if (slice.Job.Slices.Count == 0)
        {
            slice.Job.IdleSince = now;
        }

        return true;
    }

    /// <summary>Forgets a job. Its slices must be finished by the caller.</summary>
    public void Remove(Job job)
    {
        job.State = JobState.Gone;
        _jobs.Remove(job.Id);
    }

    private void Leave(Slice slice)
    {
        switch (slice.State)
        {
            case SliceState.Ready:
                slice.Job.Ready.Remove(slice);
                Queued--;
                break;
            case SliceState.Working:
                slice.Job.Working--;
                Working--;
                break;
            case SliceState.Computed:
                Computed--;
                break;
        }
    }
}
