using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Jobs;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision.Results;

/// <summary>
/// Tells the scheduler which slices begin and which are returned. Begins of one moment travel in one message: the first
/// leaves at once, those that follow within a short delay leave together. Safe for threads.
/// </summary>
internal sealed partial class StatusReporter(
    string workerId, PersistentRequests requests, SupervisorTuning tuning, TimeProvider time, ILogger log)
{
    private readonly ILogger _log = log;
    private readonly Lock _gate = new();
    private List<Slice> _begun = [];
    private Task? _flush;
    private long _lastFlush = long.MinValue;

    /// <summary>
    /// The slice begins. The task ends when the message is on its way, not when it is answered: what is sent after that comes
    /// after it.
    /// </summary>
    public Task BeginAsync(Slice slice)
    {
        lock (_gate)
        {
            _begun.Add(slice);
            if (_flush is null)
            {
                bool recent = _lastFlush != long.MinValue && time.GetElapsedTime(_lastFlush) < tuning.StatusDelay;
                _flush = FlushAsync(recent ? tuning.StatusDelay : TimeSpan.Zero);
            }

            return _flush;
        }
    }

    /// <summary>Returns slices for one reason; ends when the scheduler has answered or cannot be told.</summary>
    public async Task ReturnAsync(IReadOnlyCollection<Slice> slices, JsValue reason)
    {
        if (slices.Count == 0)
        {
            return;
        }

        JsArray groups = new(slices
            .GroupBy(s => (s.Job.Id, s.Message.IsEstimation, s.Authorization))
            .Select(JsValue? (g) => Entry(g.Key.Id, g.Select(s => s.Number), g.Key.Authorization, "return", reason, g.Key.IsEstimation)));
        await SendAsync(groups).ConfigureAwait(false);
    }

    /// <summary>Returns slices that were never taken in.</summary>
    public Task ReturnAsync(string jobId, IEnumerable<SliceMessage> slices, JsObject authorization, string reason) =>
        SendAsync(
            new JsArray(slices.GroupBy(s => s.IsEstimation).Select(JsValue? (g) => Entry(jobId, g.Select(s => s.Number), authorization, "return", reason, g.Key))));

    private async Task FlushAsync(TimeSpan delay)
    {
        // never inside the lock of the caller: the first part of sending is not ours
        await Task.Yield();
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, time).ConfigureAwait(false);
        }

        List<Slice> begun;
        lock (_gate)
        {
            (begun, _begun) = (_begun, []);
            _flush = null;
            _lastFlush = time.GetTimestamp();
        }

        JsArray groups = new(begun
            .GroupBy(s => (s.Job.Id, s.Authorization))
            .Select(JsValue? (g) => Entry(g.Key.Id, g.Select(s => s.Number), g.Key.Authorization, "begin", null, null)));
        _ = SendAsync(groups);
    }

    private async Task SendAsync(JsArray groups)
    {
        try
        {
            Response? response = await requests
                .SendAsync("status", new JsObject { ["worker"] = workerId, ["slices"] = groups }, tuning.MaxResultAge).ConfigureAwait(false);
            if (response is { Success: false })
            {
                LogRefused(response.Payload["code"].AsString() ?? "", response.Payload["message"].AsString() ?? "");
            }
        }
        catch (OperationCanceledException)
        {
            // the worker is at its end; the scheduler is told by the last message of all to take everything back
            LogCancelled(groups.Items.Count);
        }
    }

    private static JsObject Entry(string jobId, IEnumerable<long> numbers, JsObject authorization, string status, JsValue? reason, bool? isEstimation)
    {
        JsObject entry = new()
        {
            ["sliceNumbers"] = new JsArray(numbers.Select(JsValue? (n) => n)),
            ["job"] = jobId,
            ["authorizationMessage"] = authorization,
            ["status"] = status,
        };
        if (reason is not null)
        {
            entry["reason"] = reason;
        }

        if (isEstimation is { } estimation)
        {
            entry["isEstimationSlice"] = estimation;
        }

        return entry;
    }

    [LoggerMessage(EventId = 4121, Level = LogLevel.Warning, Message = "The scheduler refused a status of slices: {Code} {Reason}")]
    private partial void LogRefused(string code, string reason);

    [LoggerMessage(EventId = 4122, Level = LogLevel.Debug, Message = "A status of {Count} groups of slices was not answered before the worker's end")]
    private partial void LogCancelled(int count);
}
