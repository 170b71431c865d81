using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision;

/// <summary>
/// Sends what must arrive: a request that fails with its connection is sent again, at growing intervals, until the service
/// answers or the request is too old to matter. The service may see it twice. Requests leave in the order in which they were
/// made as long as nothing fails.
/// </summary>
internal sealed partial class PersistentRequests(
    ServiceRequest send, SupervisorTuning tuning, TimeProvider time, ILogger log, CancellationToken lifetime)
{
    private static readonly HashSet<string> ConnectionCodes =
        new(StringComparer.Ordinal) { "ESANDBOX", "ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT" };

    private readonly ILogger _log = log;

    /// <summary>The service's answer, a refusal included; null when there was none before <paramref name="maxAge"/> was over.</summary>
    /// <exception cref="OperationCanceledException">The worker gave up.</exception>
    public async Task<Response?> SendAsync(string operation, JsValue data, TimeSpan maxAge)
    {
        long start = time.GetTimestamp();
        TimeSpan pause = tuning.MinResultDelay;
        while (true)
        {
            string reason;
            try
            {
                Response response = await send(operation, data, null, lifetime).ConfigureAwait(false);
                if (response.Success || !ConnectionCodes.Contains(response.Payload["code"].AsString() ?? ""))
                {
                    return response;
                }

                reason = response.Payload["code"].AsString()!;
            }
            catch (ProtocolException e)
            {
                reason = $"{e.Code}: {e.Message}";
            }

            if (time.GetElapsedTime(start) + pause >= maxAge)
            {
                LogGivenUp(operation, reason);
                return null;
            }

            LogAgain(operation, pause, reason);
            await Task.Delay(pause * (0.75 + (0.5 * Random.Shared.NextDouble())), time, lifetime).ConfigureAwait(false);
            pause = pause * 2 < tuning.MaxResultDelay ? pause * 2 : tuning.MaxResultDelay;
        }
    }

    [LoggerMessage(EventId = 4201, Level = LogLevel.Information, Message = "'{Operation}' was not answered and is sent again in {Pause}: {Reason}")]
    private partial void LogAgain(string operation, TimeSpan pause, string reason);

    [LoggerMessage(EventId = 4202, Level = LogLevel.Warning, Message = "'{Operation}' is given up: {Reason}")]
    private partial void LogGivenUp(string operation, string reason);
}
