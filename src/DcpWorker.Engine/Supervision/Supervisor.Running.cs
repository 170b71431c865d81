using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Artifacts;
using DcpWorker.Engine.Supervision.Events;
using DcpWorker.Engine.Supervision.Inventory;
using DcpWorker.Engine.Supervision.Jobs;
using DcpWorker.Engine.Supervision.Results;
using DcpWorker.Engine.Supervision.Running;

namespace DcpWorker.Engine.Supervision;

/// <summary>From a sandbox to the scheduler: what becomes of an attempt.</summary>
internal sealed partial class Supervisor
{
    private async Task RunAsync(Slice slice)
    {
        SliceVerdict verdict;
        try
        {
            verdict = await _parts.Runner.RunAsync(slice, slice.Abort.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // nobody knows this failure: the slice goes back, the sandbox is gone already
            LogFault(e);
            verdict = new SliceVerdict.Failed(FaultCode, e.Message);
        }

        switch (verdict)
        {
            case SliceVerdict.Computed computed:
                await DeliverAsync(slice, computed).ConfigureAwait(false);
                break;
            case SliceVerdict.NotStarted:
                Requeue(slice, undo: true);
                break;
            case SliceVerdict.EvaluatorDied died:
                OnDeath(slice, died);
                break;
            case SliceVerdict.AssignFailed failed:
                OnAssignFailed(slice, failed);
                break;
            case SliceVerdict.JobRefused refused:
                Fail(slice, refused.Code, refused.Message, willRetry: false);
                Track(_parts.Emitter.ErrorAsync(slice, Error(refused.Code, refused.Message)));
                RejectJob(slice.Job, refused.Code, refused.Message, null);
                break;
            case SliceVerdict.Rejected rejected:
                OnRejected(slice, rejected);
                break;
            case SliceVerdict.Failed failed:
                OnFailed(slice, failed);
                break;
            default:
                // whoever aborted it has returned it
                break;
        }

        Dispatch();
        WorkWanted();
        CheckEnd();
        if (_parts.Options.MaxSlices is { } most && Read(w => _started >= most && w.Working + w.Computed == 0))
        {
            LimitReached();
        }
    }

    private async Task DeliverAsync(Slice slice, SliceVerdict.Computed computed)
    {
        TimeSpan cpu = computed.Used.Cpu;
        lock (_gate)
        {
            if (slice.State != SliceState.Working)
            {
                return;
            }

            _work.Compute(slice);
            slice.Job.AssignFailures = 0;
            slice.Job.Metrics.Add(computed.Elapsed, cpu);
            _completed++;
            if (slice.Job.Message.Discrete && _discrete.Count < 200)
            {
                _discrete.Add(slice.Job.Id);
            }
        }

        // the sandbox is free: the next slice must not wait for what follows
        Dispatch();
        WorkWanted();
        CheckEnd();
        if (computed.Threw)
        {
            JsObject error = (JsObject)computed.Value;
            _parts.Events.Publish(new SliceFailed(Now, slice.Job.Id, slice.Number, slice.SandboxId, UncaughtError.Code, error["message"].AsString() ?? "", false));
            slice.Announcements = Task.WhenAll(slice.Announcements, _parts.Emitter.ErrorAsync(slice, error));
        }

        _parts.Events.Publish(new Events.SliceCompleted(Now, slice.Job.Id, slice.Number, slice.SandboxId ?? 0, computed.Elapsed, cpu));
        try
        {
            SliceMeasurement used = computed.Used with { Total = computed.Used.Total + slice.WastedElapsed, Cpu = cpu + slice.WastedCpu };
            JsObject data = await ResultMessage.BuildAsync(
                slice, computed.Value, used, computed.InSize, 0, _parts.WorkerId, _parts.Options.PaymentAddress, _parts.Fetcher, slice.Abort.Token).ConfigureAwait(false);
            ResultVerdict verdict = await _parts.Results.SubmitAsync(data, AnnouncedAsync(slice)).ConfigureAwait(false);
            Settle(slice, verdict, (long)(data["metrics"]["OutDataSize"].AsNumber() ?? 0));
        }
        catch (Exception e) when (e is ArtifactException or SerializationException)
        {
            string code = e is ArtifactException { Code: ArtifactException.OriginCode } ? ArtifactException.OriginCode : "ERESULT";
            Track(_parts.Emitter.ErrorAsync(slice, Error(code, e.Message)));
            Fail(slice, code, e.Message, willRetry: false);
            Return([slice], code);
        }
        catch (OperationCanceledException)
        {
            // the journal has it; the next start of this worker delivers it
            LogLeftInJournal(slice.Number, slice.Job.Id);
        }
        catch (Exception e)
        {
            // as above: a slice that is neither delivered nor returned would be held for ever
            LogFault(e);
            Fail(slice, FaultCode, e.Message, willRetry: false);
            Return([slice], FaultCode);
        }
    }

    /// <summary>What a slice said should be there before its result, but a result is worth more than that.</summary>
    private async Task AnnouncedAsync(Slice slice)
    {
        if (slice.Announcements.IsCompleted)
        {
            return;
        }

        try
        {
            await slice.Announcements.WaitAsync(TimeSpan.FromSeconds(2), _parts.Time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogLateAnnouncements(slice.Number, slice.Job.Id);
        }
    }

    private void Settle(Slice slice, ResultVerdict verdict, long size)
    {
        if (!verdict.Accepted)
        {
            _parts.Events.Publish(new ResultRefused(Now, slice.Job.Id, slice.Number, verdict.Code, verdict.Message));
            lock (_gate)
            {
                _failed++;
            }

            Return([slice], verdict.Code);
            return;
        }

        decimal? payment = verdict.Payment;
        lock (_gate)
        {
            _work.Finish(slice, Now);
            slice.Job.Metrics.Update(verdict.Answer["metrics"]);
            _submitted++;
            _earned += payment ?? 0;
        }

        _parts.Events.Publish(new ResultSubmitted(Now, slice.Job.Id, slice.Number, size));
        if (payment is > 0)
        {
            _parts.Events.Publish(new PaymentReceived(Now, payment.Value, _parts.Options.PaymentAddress, slice.Job.Id, slice.Number));
        }
    }

    private void OnDeath(Slice slice, SliceVerdict.EvaluatorDied died)
    {
        slice.Deaths++;
        bool retry = slice.Deaths < _tuning.MaxSliceDeaths;
        Fail(slice, SandboxException.Gone, died.Message, retry);
        if (retry)
        {
            Requeue(slice);
        }
        else if (died.InAssign)
        {
            // not the slice: whatever it is, the next slice of the job would meet it, too
            RejectJob(slice.Job, SandboxException.Gone, died.Message, FaultyJobPause);
        }
        else
        {
            Return([slice], SandboxException.Gone);
        }
    }

    private void OnAssignFailed(Slice slice, SliceVerdict.AssignFailed failed)
    {
        bool retry;
        lock (_gate)
        {
            retry = ++slice.Job.AssignFailures < _tuning.MaxAssignFailures;
        }

        Fail(slice, failed.Code, failed.Message, retry);
        if (retry)
        {
            Requeue(slice);
            return;
        }

        Track(_parts.Emitter.ErrorAsync(slice, Error(failed.Code, failed.Message)));
        RejectJob(slice.Job, failed.Code, failed.Message, null);
    }

    private void OnRejected(Slice slice, SliceVerdict.Rejected rejected)
    {
        lock (_gate)
        {
            slice.WastedElapsed += rejected.Used.Total;
            slice.WastedCpu += rejected.Used.Cpu;
        }

        bool retry = slice.Rejections++ < rejected.Retries;
        Fail(slice, "EWORKREJECT", rejected.Reason, retry);
        if (retry)
        {
            Requeue(slice);
            return;
        }

        JsObject reason = new() { ["message"] = rejected.Reason, ["retries"] = rejected.Retries, ["errorCode"] = "EWORKREJECT" };
        RejectJob(slice.Job, "EWORKREJECT", rejected.Reason, null, reason);
    }

    private void OnFailed(Slice slice, SliceVerdict.Failed failed)
    {
        Fail(slice, failed.Code, failed.Message, willRetry: false);
        Task told = failed.Code == SandboxException.NoProgress
            ? _parts.Emitter.NoProgressAsync(slice, failed.Message, Now - slice.Started)
            : failed.Code is "ESLICEFETCH" or ModuleGroups.FetchFailed
                ? Task.CompletedTask
                : _parts.Emitter.ErrorAsync(slice, Error(failed.Code, failed.Message));
        Track(told);
        Return([slice], failed.Code);
    }

    /// <param name="slice">A slice that is to be computed again.</param>
    /// <param name="undo">Whether the attempt is not to be counted.</param>
    private void Requeue(Slice slice, bool undo = false)
    {
        string? unwanted;
        lock (_gate)
        {
            if (slice.State != SliceState.Working)
            {
                return;
            }

            _started--;
            unwanted = _stopping ? ReturnReason.Stopping : _paused ? ReturnReason.Paused : null;
            if (unwanted is null)
            {
                _work.Requeue(slice);
            }
        }

        if (unwanted is not null)
        {
            Return([slice], unwanted);
        }
        else if (undo)
        {
            LogNotStarted(slice.Number, slice.Job.Id);
        }
    }

    private void Fail(Slice slice, string code, string message, bool willRetry)
    {
        lock (_gate)
        {
            _failed++;
        }

        LogSliceFailed(slice.Number, slice.Job.Id, code, message);
        _parts.Events.Publish(new SliceFailed(Now, slice.Job.Id, slice.Number, slice.SandboxId, code, message, willRetry));
    }

    private static JsObject Error(string code, string message) => new() { ["name"] = "Error", ["message"] = message, ["code"] = code, ["errorCode"] = code };
}
