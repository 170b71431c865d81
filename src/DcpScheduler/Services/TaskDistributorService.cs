using DcpScheduler.Domain;
using DcpScheduler.Storage;
using DcpScheduler.Web;
using DcpWorker.Engine;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Data.Sqlite;

namespace DcpScheduler.Services;

/// <summary>Hands work to workers.</summary>
internal sealed class TaskDistributorService(
    JobBook book, JobStore store, WorkerBook workers, TaskPlanner planner, TaskAuthority authority, GroupAccess groups, WorkArrival arrival,
    JobControl control, ArtifactAddresses artifacts, SchedulerOptions options, TimeProvider time, ILogger<TaskDistributorService> log) : IService
{
    private const int Normal = 1;

    /// <inheritdoc/>
    public string Path => "task-distributor";

    /// <inheritdoc/>
    public async Task<JsValue> HandleAsync(IncomingRequest request, CancellationToken ct)
    {
        if (request.Name() != "requestTask")
        {
            throw Requests.Unknown(request);
        }

        JsValue data = request.Data;
        int fetchState = data["fetchState"].AsInt32() ?? Normal;
        if (data["returnAllSlices"].AsString() is { } signed)
        {
            workers.ReleaseAll(ReadReturnAll(signed, request.Peer), "it gave them all back");
            arrival.Announce();
        }

        // at its end a worker says nothing else
        string? id = data["coreStats"]["worker"].AsString();
        if (id is null && data["returnAllSlices"].IsTruthy)
        {
            return NoWork();
        }

        KnownWorker worker = workers.Touch(id, request.Peer, request.Connection);
        if (data["soteriaJobs"] is JsObject held)
        {
            workers.Report(worker, held.ToDictionary(j => j.Key, j => j.Value is JsArray numbers ? numbers.Items.Select(n => n?.AsInt32() ?? 0).ToHashSet() : []));
        }

        return (fetchState & Normal) == 0 ? NoWork() : await FindWorkAsync(request, worker, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Looks for work, and waits a little for it when there is none: the alternative is that a new job lies here until
    /// the worker's next round.
    /// </summary>
    private async Task<JsValue> FindWorkAsync(IncomingRequest request, KnownWorker worker, CancellationToken ct)
    {
        TaskRequest wanted = TaskRequest.FromJs(request.Data, groups.FindAll(request.Data["workerComputeGroups"], request.Connection.SessionId));
        NoteRejections(wanted, worker);
        DateTimeOffset until = time.GetUtcNow() + options.HoldRequests;
        while (true)
        {
            if (IsGone(request))
            {
                return NoWork();
            }

            Task next = arrival.Next;
            IReadOnlyList<(Job Job, IReadOnlyList<int> Slices)> task;
            DateTimeOffset now = time.GetUtcNow();
            lock (book.Lock)
            {
                task = planner.Plan(wanted, book.All, worker.Id, workers.ActiveWorkers, now);
            }

            if (task.Count > 0)
            {
                if (await HandOutAsync(request, worker, task, now).ConfigureAwait(false) is { } answer)
                {
                    return answer;
                }

                continue;
            }

            if (now >= until || wanted.Cpu == 0)
            {
                return NoWork();
            }

            try
            {
                await next.WaitAsync(until - now, time, ct).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // then look once more, and say that there is none
            }
        }
    }

    /// <summary>
    /// Stores the leases of a task and puts it into words; null when nothing of it is left to be told. What does not get to the
    /// worker waits for others at once.
    /// </summary>
    private async Task<JsValue?> HandOutAsync(IncomingRequest request, KnownWorker worker, IReadOnlyList<(Job Job, IReadOnlyList<int> Slices)> task, DateTimeOffset now)
    {
        try
        {
            if (!IsGone(request))
            {
                await store.AddLeasesAsync(task, new Lease(worker.Id, now, now + options.Lease)).ConfigureAwait(false);

                // a job may have ended meanwhile, and the worker have been told before it has the task
                task = [.. task.Where(t => t.Job.Status == JobStatus.Running)];
                JsValue? answer = await AnswerAsync(worker, task).ConfigureAwait(false);
                if (!IsGone(request))
                {
                    return answer;
                }
            }
        }
        catch
        {
            Release(worker, task, "it could not be told of them");
            throw;
        }

        Release(worker, task, "it was gone before it could be told of them");
        return null;
    }

    /// <summary>
    /// The task in words. A job that has none (given to an earlier version, which did not look) must not keep the others from
    /// their workers: it ends here.
    /// </summary>
    private async Task<JsValue?> AnswerAsync(KnownWorker worker, IReadOnlyList<(Job Job, IReadOnlyList<int> Slices)> task)
    {
        JsObject newJobs = [];
        JsObject slices = [];
        JsObject origins = [];
        List<(Job Job, IReadOnlyList<int> Slices)> told = [];
        foreach ((Job job, IReadOnlyList<int> numbers) in task)
        {
            try
            {
                JsObject description = JobMessage.Describe(job, artifacts, book);
                JsArray data = JobMessage.Slices(job, numbers, store.ReadSlices(job, numbers), artifacts, options);
                (newJobs[job.Id], slices[job.Id]) = (description, data);
            }
            catch (Exception e) when (e is not (StorageException or SqliteException or OperationCanceledException or ObjectDisposedException))
            {
                JobLog.Unspeakable(log, e, job.Id);
                await control.CancelAsync(job, $"The job was cancelled because it cannot be put into a message to a worker: {e.Message}", (e as DcpException)?.Code ?? "EFAULT").ConfigureAwait(false);
                continue;
            }

            told.Add((job, numbers));
            foreach (string group in job.Groups)
            {
                origins[group] = new JsObject();
            }
        }

        if (told.Count == 0)
        {
            return null;
        }

        JsObject answer = authority.Sign(worker, told);
        answer["body"] = new JsObject { ["newJobs"] = newJobs, ["task"] = slices, ["computeGroupOrigins"] = origins };
        return answer;
    }

    private void Release(KnownWorker worker, IReadOnlyList<(Job Job, IReadOnlyList<int> Slices)> task, string reason)
    {
        foreach ((Job job, IReadOnlyList<int> numbers) in task)
        {
            workers.Release(worker, job, numbers, reason);
        }

        arrival.Announce();
    }

    /// <summary>
    /// Whether an answer could not be sent now. A session without a socket may be resumed, but a worker that has died looks just
    /// the same, and whoever comes back asks again.
    /// </summary>
    private static bool IsGone(IncomingRequest request) => request.Connection.State != ConnectionState.Established;

    private static JsObject NoWork() => new() { ["body"] = new JsObject() };

    private void NoteRejections(TaskRequest wanted, KnownWorker worker)
    {
        lock (book.Lock)
        {
            foreach (string id in wanted.RejectedJobs)
            {
                if (book.TryGet(id, out Job? job))
                {
                    job.RejectedBy.Add(worker.Id);
                }
            }
        }
    }

    /// <summary>The worker id in a sealed <c>{id}</c> that the same identity has signed.</summary>
    private static string ReadReturnAll(string text, Address peer)
    {
        try
        {
            JsValue message = JsonReader.Parse(text);
            return message["body"]["id"].AsString() is { } id
                && Signature.FromJs(message["signature"])?.Recover(JsonWriter.Write(message["body"])) is { } signer && signer.Equals(peer)
                    ? id
                    : throw Requests.Invalid("'returnAllSlices' is not signed by the identity that sends it.");
        }
        catch (SerializationException e)
        {
            throw new ProtocolException("EINVAL", "'returnAllSlices' cannot be read.", e);
        }
    }
}
