using System.Diagnostics;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Artifacts;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.Inventory;
using DcpWorker.Engine.Supervision.Jobs;
using DcpWorker.Engine.Supervision.Results;

namespace DcpWorker.Engine.Supervision.Running;

/// <summary>Makes one attempt to compute one slice, from taking a sandbox to giving it back. Decides nothing about the slice's future.</summary>
internal sealed class SliceRunner(
    SandboxPool pool,
    JobLoader loader,
    ModuleGroups modules,
    SandboxFetch fetch,
    StatusReporter status,
    WorkEmitter emitter,
    WorkerEventHub events,
    TimeProvider time)
{
    public async Task<SliceVerdict> RunAsync(Slice slice, CancellationToken ct)
    {
        Sandbox sandbox;
        try
        {
            sandbox = await pool.TakeAsync(slice.Job.Id, ct).ConfigureAwait(false);
        }
        catch (SandboxException e)
        {
            return new SliceVerdict.NotStarted(e.Message);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return new SliceVerdict.Aborted();
        }

        bool keep = false;
        bool assigned = sandbox.JobId is not null;
        try
        {
            if (!assigned)
            {
                await AssignAsync(sandbox, slice.Job, ct).ConfigureAwait(false);
                assigned = true;
            }

            Artifact datum = await DatumAsync(slice, ct).ConfigureAwait(false);
            SliceVerdict verdict = await ComputeAsync(sandbox, slice, datum, ct).ConfigureAwait(false);
            keep = verdict is SliceVerdict.Computed;
            return verdict;
        }
        catch (ArtifactException e)
        {
            keep = assigned;
            return new SliceVerdict.Failed(e.IsTransient ? "ESLICEFETCH" : e.Code, e.Message);
        }
        catch (SandboxException e)
        {
            return Judge(e, inAssign: !assigned);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return new SliceVerdict.Aborted();
        }
        finally
        {
            if (keep)
            {
                pool.Release(sandbox);
            }
            else
            {
                pool.Discard(sandbox, sandbox.Failure?.Code ?? (ct.IsCancellationRequested ? "aborted" : "slice failed"));
            }
        }
    }

    private static SliceVerdict Judge(SandboxException e, bool inAssign) => e.Code switch
    {
        SandboxException.Gone => new SliceVerdict.EvaluatorDied(e.Message, inAssign),
        ModuleGroups.Missing or ModuleGroups.TooBig => new SliceVerdict.JobRefused(e.Code, e.Message),
        ModuleGroups.FetchFailed => new SliceVerdict.Failed(e.Code, e.Message),
        _ when inAssign => new SliceVerdict.AssignFailed(e.Code, e.Message),
        _ => new SliceVerdict.Failed(e.Code, e.Message),
    };

    private async Task AssignAsync(Sandbox sandbox, Job job, CancellationToken ct)
    {
        JobMessage message = job.Message;
        JobArtifacts artifacts = job.Artifacts!;
        SandboxCapabilities needs = (SandboxCapabilities)message.Needs;
        await sandbox.AssignAsync(
            new JobAssignment
            {
                JobId = job.Id,
                WorkFunction = artifacts.WorkFunction,
                Arguments = artifacts.Arguments,
                Dependencies = message.Dependencies,
                RequirePath = message.RequirePath,
                ModulePath = message.ModulePath,
                Public = new JobPublic(message.Name, message.Description, message.Link),
                UseStrict = message.UseStrict,
                Worktime = new Worktime(message.WorktimeName, message.WorktimeVersion),
                RequiresWebGpu = needs.HasFlag(SandboxCapabilities.WebGpu),
                RequiresOffscreenCanvas = needs.HasFlag(SandboxCapabilities.OffscreenCanvas),
                ModuleSource = (ids, token) => modules.GetAsync(job.Id, ids, token),
                Fetch = (request, token) => fetch.FetchAsync(request, message.Group, token),
            },
            ct).ConfigureAwait(false);
        events.Publish(new SandboxAssigned(time.GetUtcNow(), sandbox.Id, job.Id));
    }

    private async Task<Artifact> DatumAsync(Slice slice, CancellationToken ct)
    {
        try
        {
            return await loader.LoadDatumAsync(slice, ct).ConfigureAwait(false);
        }
        catch (ArtifactException)
        {
            // the next attempt must not find the failure of this one
            slice.Datum = null;
            throw;
        }
    }

    private async Task<SliceVerdict> ComputeAsync(Sandbox sandbox, Slice slice, Artifact datum, CancellationToken ct)
    {
        Task begun = status.BeginAsync(slice);
        List<Task> announcements = [begun];
        slice.SandboxId = sandbox.Id;
        events.Publish(new SliceStarted(time.GetUtcNow(), slice.Job.Id, slice.Number, sandbox.Id));
        long start = sandbox.Clock.GetTimestamp();
        SliceOutcome outcome = await sandbox.WorkAsync(
            datum.Value,
            message =>
            {
                Announce(sandbox, slice, message, announcements);
                return ValueTask.CompletedTask;
            },
            ct).ConfigureAwait(false);
        TimeSpan elapsed = sandbox.Clock.GetElapsedTime(start);
        slice.Announcements = Task.WhenAll(announcements);
        return outcome switch
        {
            Sandboxes.SliceCompleted completed => new SliceVerdict.Computed(
                completed.Result, false, completed.Measurement, elapsed, datum.Size + slice.Job.Artifacts!.Size),
            SliceThrew threw => new SliceVerdict.Computed(
                UncaughtError.Of(threw.Error), true, threw.Measurement, elapsed, datum.Size + slice.Job.Artifacts!.Size),
            SliceRejected rejected => new SliceVerdict.Rejected(rejected.Reason, rejected.Retries, rejected.Measurement),
            _ => throw new UnreachableException(),
        };
    }

    private void Announce(Sandbox sandbox, Slice slice, SandboxMessage message, List<Task> announcements)
    {
        switch (message)
        {
            case ProgressMessage progress:
                slice.Percent = progress.Percent ?? slice.Percent;
                events.Publish(new SliceProgress(time.GetUtcNow(), slice.Job.Id, slice.Number, sandbox.Id, progress.Percent, progress.Indeterminate));
                break;
            case ConsoleMessage console:
                announcements.RemoveAll(t => t.IsCompletedSuccessfully);
                announcements.Add(emitter.ConsoleAsync(slice, console.Level, console.Message, console.Same));
                if (console.Message is { } text)
                {
                    events.Publish(new SliceConsole(time.GetUtcNow(), slice.Job.Id, slice.Number, sandbox.Id, console.Level, text));
                }

                break;
            case CustomEventMessage custom:
                announcements.RemoveAll(t => t.IsCompletedSuccessfully);
                announcements.Add(emitter.CustomAsync(slice, custom.Name, custom.Data));
                break;
        }
    }
}
