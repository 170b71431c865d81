using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision.Results;

/// <summary>
/// Delivers results: each is written down first, sent until the scheduler answers, and forgotten only then. Many are under
/// way at once; a scheduler that is gone finds them waiting when it comes back.
/// </summary>
internal sealed partial class ResultSubmitter(
    PersistentRequests requests, ResultJournal journal, SupervisorTuning tuning, TimeProvider time, ILogger log, CancellationToken lifetime) : IDisposable
{
    private const int MaxConcurrent = 256;

    private readonly ILogger _log = log;
    private readonly SemaphoreSlim _slots = new(MaxConcurrent);
    private int _pending;

    /// <summary>Results that the scheduler has not answered yet.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Writes a result down and delivers it.</summary>
    public Task<ResultVerdict> SubmitAsync(JsObject data, Task before) =>
        DeliverAsync(journal.Add(data, time.GetUtcNow()), before);

    /// <summary>Delivers a result that is in the journal. When the worker gives up it stays there.</summary>
    public async Task<ResultVerdict> DeliverAsync(PendingResult result, Task before)
    {
        Interlocked.Increment(ref _pending);
        try
        {
            await before.ConfigureAwait(false);
            await _slots.WaitAsync(lifetime).ConfigureAwait(false);
            try
            {
                ResultVerdict verdict = await OfferAsync(result).ConfigureAwait(false);
                journal.Remove(result);
                return verdict;
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task<ResultVerdict> OfferAsync(PendingResult result)
    {
        for (int attempt = 0; ; attempt++)
        {
            Response? response = await requests.SendAsync("result", result.Data, tuning.MaxResultAge).ConfigureAwait(false);
            if (response is null)
            {
                return new ResultVerdict(false, JsValue.Undefined, "ETIMEDOUT", "The scheduler could not be reached for so long that the result is given up.");
            }

            if (response.Success)
            {
                return new ResultVerdict(true, response.Payload, "", "");
            }

            string code = response.Payload["code"].AsString() ?? "EFAILED";
            string message = response.Payload["message"].AsString() ?? "The scheduler refused the result and did not say why.";
            LogRefused(result.SliceNumber, result.JobId, code, message);
            if (attempt >= tuning.MaxResultRetries)
            {
                return new ResultVerdict(false, response.Payload, code, message);
            }

            await Task.Delay(tuning.MinResultDelay, time, lifetime).ConfigureAwait(false);
        }
    }

    [LoggerMessage(EventId = 4111, Level = LogLevel.Warning, Message = "The scheduler refused the result of slice {Slice} of job {Job}: {Code} {Reason}")]
    private partial void LogRefused(long slice, string job, string code, string reason);
}
