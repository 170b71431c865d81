using DcpScheduler.Domain;
using DcpScheduler.Storage;
using DcpScheduler.Web;
using DcpWorker.Engine;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Hands work to workers.</summary>
internal sealed class TaskDistributorService(
    JobBook book, JobStore store, WorkerBook workers, TaskPlanner planner, TaskAuthority authority, GroupAccess groups, WorkArrival arrival,
    ArtifactAddresses artifacts, SchedulerOptions options, TimeProvider time) : IService
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
            Task next = arrival.Next;
            IReadOnlyList<(Job Job, IReadOnlyList<int> Slices)> task;
            DateTimeOffset now = time.GetUtcNow();
            lock (book.Lock)
            {
                task = planner.Plan(wanted, book.All, worker.Id, workers.ActiveWorkers, now);
            }

            if (task.Count > 0)
            {
                await store.AddLeasesAsync(task, new Lease(worker.Id, now, now + options.Lease)).ConfigureAwait(false);

                // a job may have ended meanwhile, and the worker have been told before it has the task
                task = [.. task.Where(t => t.Job.Status == JobStatus.Running)];
                return task.Count > 0 ? Answer(worker, task) : NoWork();
            }

            if (now >= until || wanted.Cpu == 0 || request.Connection.State != ConnectionState.Established)
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

    private JsObject Answer(KnownWorker worker, IReadOnlyList<(Job Job, IReadOnlyList<int> Slices)> task)
    {
        JsObject newJobs = [];
        JsObject slices = [];
        JsObject origins = [];
        foreach ((Job job, IReadOnlyList<int> numbers) in task)
        {
            newJobs[job.Id] = JobMessage.Describe(job, artifacts, book);
            slices[job.Id] = JobMessage.Slices(job, numbers, store.ReadSlices(job, numbers), artifacts, options);
            foreach (string group in job.Groups)
            {
                origins[group] = new JsObject();
            }
        }

        JsObject answer = authority.Sign(worker, task);
        answer["body"] = new JsObject { ["newJobs"] = newJobs, ["task"] = slices, ["computeGroupOrigins"] = origins };
        return answer;
    }

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
