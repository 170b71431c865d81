using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Jobs;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision.Results;

/// <summary>
/// Passes on to a job's owner what its slices say: console, custom events, errors. Safe for threads. A job that says more
/// than the network carries loses what it says, never the worker.
/// </summary>
internal sealed partial class WorkEmitter(string workerId, PersistentRequests requests, TimeProvider time, ILogger log)
{
    private const int MaxPending = 2000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly ILogger _log = log;
    private int _pending;
    private long _dropped;

    /// <summary>Something on the console of a slice; null is the last message again.</summary>
    public Task ConsoleAsync(Slice slice, string level, JsValue? message, int same)
    {
        JsObject payload = new() { ["level"] = level };
        if (message is not null)
        {
            payload["message"] = KvinWriter.Marshal(message);
        }

        payload["same"] = same;
        return EmitAsync(slice, "console", payload);
    }

    /// <summary>An event that the work function emitted itself.</summary>
    public Task CustomAsync(Slice slice, string name, JsValue data) =>
        EmitAsync(slice, "custom", new JsObject { ["eventName"] = "custom", ["customEvent"] = name, ["data"] = data });

    /// <summary>The work function threw, or the slice failed in another way that its owner can do something about.</summary>
    public Task ErrorAsync(Slice slice, JsObject error)
    {
        JsObject payload = [];
        foreach (string name in (string[])["name", "message", "code", "errorCode", "stack", "info"])
        {
            if (error.Has(name))
            {
                payload[name] = error[name];
            }
        }

        payload["timestamp"] = time.GetUtcNow().ToUnixTimeMilliseconds();
        return EmitAsync(slice, "error", payload);
    }

    /// <summary>The slice was ended since it gave no sign of life.</summary>
    public Task NoProgressAsync(Slice slice, string message, TimeSpan age)
    {
        JsObject reports = [];
        if (slice.Percent is { } percent)
        {
            reports["last"] = percent;
        }

        return EmitAsync(
            slice,
            "noProgress",
            new JsObject { ["message"] = message, ["code"] = "ENOPROGRESS", ["timestamp"] = age.TotalMilliseconds, ["progressReports"] = reports });
    }

    private async Task EmitAsync(Slice slice, string eventName, JsObject payload)
    {
        if (Interlocked.Increment(ref _pending) > MaxPending)
        {
            Interlocked.Decrement(ref _pending);
            if (Interlocked.Increment(ref _dropped) % 1000 == 1)
            {
                LogDropped(slice.Job.Id);
            }

            return;
        }

        try
        {
            payload["jobName"] = slice.Job.Message.Name;
            Response? response = await requests.SendAsync(
                "workEmit",
                new JsObject
                {
                    ["eventName"] = eventName,
                    ["payload"] = payload,
                    ["job"] = slice.Job.Id,
                    ["slice"] = slice.Number,
                    ["worker"] = workerId,
                    ["authorizationMessage"] = slice.Authorization,
                },
                MaxAge).ConfigureAwait(false);
            if (response is { Success: false })
            {
                LogRefused(eventName, slice.Job.Id, response.Payload["message"].AsString() ?? "");
            }
        }
        catch (OperationCanceledException)
        {
            LogCancelled(eventName, slice.Job.Id);
        }
        catch (SerializationException e)
        {
            LogRefused(eventName, slice.Job.Id, e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    [LoggerMessage(EventId = 4131, Level = LogLevel.Warning, Message = "Job {Job} says more than can be passed on; some of it is dropped")]
    private partial void LogDropped(string job);

    [LoggerMessage(EventId = 4132, Level = LogLevel.Warning, Message = "A '{EventName}' of job {Job} cannot be passed on: {Reason}")]
    private partial void LogRefused(string eventName, string job, string reason);

    [LoggerMessage(EventId = 4133, Level = LogLevel.Debug, Message = "A '{EventName}' of job {Job} was not passed on before the worker's end")]
    private partial void LogCancelled(string eventName, string job);
}
