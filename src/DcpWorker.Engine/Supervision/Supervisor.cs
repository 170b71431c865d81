using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Artifacts;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.Fetching;
using DcpWorker.Engine.Supervision.Jobs;
using DcpWorker.Engine.Supervision.Running;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision;

/// <summary>
/// Decides what is computed when, and what becomes of each slice. All state is in one <see cref="WorkSet"/> behind one
/// lock; whatever takes time happens outside of it, and comes back as a change of state followed by <see cref="Dispatch"/>.
/// </summary>
internal sealed partial class Supervisor
{
    /// <summary>Code of a failure that nobody expected: a fault of this program.</summary>
    private const string FaultCode = "EFAULT";

    /// <summary>How long a job with which this program has a fault, or under which evaluators die while it is set up, is not wanted.</summary>
    private static readonly TimeSpan FaultyJobPause = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly WorkSet _work = new();
    private readonly SupervisorParts _parts;
    private readonly SupervisorTuning _tuning;
    private readonly SlicePicker _picker;
    private readonly RejectedJobs _rejected;
    private readonly ILogger _log;
    private readonly HashSet<Task> _running = [];
    private readonly HashSet<string> _discrete = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _nothingWorks = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _accepting = true;
    private bool _stopping;
    private bool _paused;
    private long _started;
    private long _completed;
    private long _failed;
    private long _returned;
    private long _submitted;
    private decimal _earned;

    public Supervisor(SupervisorParts parts, ILogger log)
    {
        (_parts, _log, _tuning) = (parts, log, parts.Options.Tuning);
        Cores = Math.Max(Math.Min(0.25, parts.Options.Sandboxes), parts.Options.Sandboxes * parts.Options.CpuUtilization);
        _picker = new SlicePicker(Cores, _tuning.MaxLongSliceShare, Random.Shared.NextDouble);
        _rejected = new RejectedJobs(parts.Time);
        parts.Pool.Changed = () =>
        {
            Dispatch();
            WorkWanted();
        };
    }

    /// <summary>Cores that are to be kept busy.</summary>
    public double Cores { get; }

    /// <summary>Told when there may be room for more work. Set it before use.</summary>
    public Action WorkWanted { get; set; } = () => { };

    /// <summary>Told when as many slices are computed as the worker was to compute. Set it before use.</summary>
    public Action LimitReached { get; set; } = () => { };

    /// <summary>Jobs not to be sent again.</summary>
    public IReadOnlyList<string> Rejected => _rejected.Current();

    private DateTimeOffset Now => _parts.Time.GetUtcNow();

    /// <summary>Takes in an answer of the scheduler.</summary>
    public void Accept(TaskAnswer answer)
    {
        WorkSet.Additions added;
        List<Slice> unwanted;
        string reason;
        lock (_gate)
        {
            added = _work.Add(answer, Now);
            reason = !_accepting ? ReturnReason.Stopping : _paused ? ReturnReason.Paused : "EWORKREJECT";
            unwanted = _accepting && !_paused ? added.NewSlices.FindAll(s => _rejected.Contains(s.Job.Id)) : added.NewSlices;
        }

        foreach (Job job in added.NewJobs)
        {
            _parts.Events.Publish(new JobAdded(Now, job.Id, job.Message.Name, job.Message.Description, job.Message.Link));
            Track(LoadAsync(job));
        }

        // what this worker has already must not be lost by being returned as a whole: only the numbers sent twice go back
        ReturnUnknown(added.Duplicates, answer.Authorization, ReturnReason.Duplicate);
        ReturnUnknown(added.Strays, answer.Authorization, ReturnReason.UnknownJob);
        Return(unwanted, reason);
        Dispatch();
    }

    /// <summary>Gives slices to sandboxes as long as there is room.</summary>
    public void Dispatch()
    {
        List<Slice> starting = [];
        lock (_gate)
        {
            while (!_stopping && !_paused
                && _work.Working < Math.Min(_parts.Options.Sandboxes, _parts.Options.MaxSandboxes ?? int.MaxValue)
                && (_parts.Options.MaxSlices is not { } limit || _started < limit)
                && _picker.Next(Servable(), _work.WorkingDensity) is { } slice)
            {
                _work.Start(slice, Now);
                _started++;
                starting.Add(slice);
            }

            PrefetchNext();
        }

        foreach (Slice slice in starting)
        {
            Track(RunAsync(slice));
        }
    }

    /// <summary>The load of each job, for planning.</summary>
    public IReadOnlyCollection<FetchPlanner.JobLoad> Load()
    {
        lock (_gate)
        {
            return [.. _work.Jobs.Select(j => new FetchPlanner.JobLoad(j.Ready.Count, j.Working, j.Metrics.Density, j.Metrics.Expected))];
        }
    }

    /// <summary>Whether more work could be used at all.</summary>
    public bool WantsWork
    {
        get
        {
            lock (_gate)
            {
                return _accepting && !_paused && (_parts.Options.MaxSlices is not { } limit || _started + _work.Queued < limit);
            }
        }
    }

    /// <summary>Whether nothing is started for the time being.</summary>
    public bool IsPaused => Read(_ => _paused);

    /// <summary>Whether nothing is held: no slice waits, is computed, or has a result under way.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _work.Held == 0;
            }
        }
    }

    /// <summary>Completes after <see cref="Close"/>, when the last slice has left its sandbox.</summary>
    public Task NothingWorks => _nothingWorks.Task;

    /// <summary>Reads from the work that is held, under its lock.</summary>
    public T Read<T>(Func<WorkSet, T> read)
    {
        lock (_gate)
        {
            return read(_work);
        }
    }

    /// <summary>Jobs worked on that must be computed once by each worker.</summary>
    public IReadOnlyList<string> Discrete => Read(_ => (IReadOnlyList<string>)[.. _discrete]);

    /// <summary>Adds what it knows to a status.</summary>
    public WorkerStatus Describe(WorkerStatus status)
    {
        lock (_gate)
        {
            Dictionary<int, Slice> bySandbox = [];
            foreach (Slice slice in _work.Jobs.SelectMany(j => j.Slices.Values))
            {
                if (slice is { State: SliceState.Working, SandboxId: { } id })
                {
                    bySandbox[id] = slice;
                }
            }

            return status with
            {
                Capacity = _parts.Options.Sandboxes,
                Sandboxes = [.. _parts.Pool.Live.Select(s => Describe(s, bySandbox.GetValueOrDefault(s.Id)))],
                Jobs = [.. _work.Jobs.Select(j => new JobStatus(j.Id, j.Message.Name, j.Ready.Count, j.Working, j.Completed, j.Metrics.Elapsed))],
                SlicesQueued = _work.Queued,
                SlicesWorking = _work.Working,
                SlicesCompleted = _completed,
                SlicesFailed = _failed,
                SlicesReturned = _returned,
                ResultsPending = _parts.Results.Pending,
                ResultsSubmitted = _submitted,
                Earned = _earned,
                EvaluatorDown = _parts.Pool.DownSince is not null,
            };
        }
    }

    private SandboxStatus Describe(Sandbox sandbox, Slice? slice) => new(
        sandbox.Id,
        sandbox.State,
        sandbox.JobId,
        sandbox.JobId is { } id ? _work.Find(id)?.Message.Name : null,
        slice?.Number,
        slice?.Percent,
        slice is null ? TimeSpan.Zero : Now - slice.Started,
        sandbox.Uses);

    private IEnumerable<Job> Servable() =>
        _parts.Pool.DownSince is null ? _work.Jobs : _work.Jobs.Where(j => _parts.Pool.CanServe(j.Id));

    /// <summary>The data of the next slices are fetched while the sandboxes are busy; not of all, for memory's sake.</summary>
    private void PrefetchNext()
    {
        int room = 2 * _parts.Options.Sandboxes;
        foreach (Job job in _work.Jobs)
        {
            foreach (Slice slice in job.Ready)
            {
                if (room-- <= 0)
                {
                    return;
                }

                if (slice.IsRemote)
                {
                    _parts.Loader.Prefetch(slice);
                }
            }
        }
    }

    private async Task LoadAsync(Job job)
    {
        await Task.Yield();
        try
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(job.Abort.Token, _parts.Lifetime);
            JobArtifacts artifacts = await _parts.Loader.LoadAsync(job.Message, either.Token).ConfigureAwait(false);
            lock (_gate)
            {
                if (job.State == JobState.Loading)
                {
                    job.Artifacts = artifacts;
                    job.State = JobState.Ready;
                }
            }

            Dispatch();
        }
        catch (ArtifactException e)
        {
            string code = e.IsTransient ? "EJOBFETCH" : e.Code;
            _parts.Events.Publish(new WorkerWarning(Now, code, $"Job {job.Id} cannot be fetched: {e.Message}"));

            // a broken server may mend; what the owner of this worker does not allow stays that way
            RejectJob(job, code, e.Message, e.IsTransient ? _tuning.MaxFetchBackoff : null);
        }
        catch (OperationCanceledException)
        {
            LogLoadCancelled(job.Id);
        }
        catch (Exception e)
        {
            // nobody knows this failure; whatever it is, the slices must not wait for ever
            LogFault(e);
            RejectJob(job, FaultCode, e.Message, FaultyJobPause);
        }
    }

    private void Track(Task task)
    {
        lock (_gate)
        {
            _running.Add(task);
        }

        task.ContinueWith(
            t =>
            {
                lock (_gate)
                {
                    _running.Remove(t);
                }

                if (t.Exception is { } fault)
                {
                    LogFault(fault.InnerException!);
                    _parts.Events.Publish(new WorkerError(Now, "Fault", $"A fault of this program: {fault.InnerException!.Message}"));
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
