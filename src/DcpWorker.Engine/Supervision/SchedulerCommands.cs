using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Events;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision;

/// <summary>
/// Listens to the scheduler's messages to its workers. A message counts only when it comes over a session with the event
/// router, whose identity is pinned, with a token that this session's own subscription was given, and for the first time.
/// What it can do is bounded: stop the worker, make it let go of a job, or prefer one.
/// </summary>
internal sealed partial class SchedulerCommands
{
    private const int MaxSeen = 1000;

    private readonly Lock _gate = new();
    private readonly string _workerId;
    private readonly Address _identity;
    private readonly WorkerEventHub _events;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Queue<string> _seenOrder = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private HashSet<string> _tokens = [];

    public SchedulerCommands(string workerId, Address identity, WorkerEventHub events, TimeProvider time, ILogger log) =>
        (_workerId, _identity, _events, _time, _log) = (workerId, identity, events, time, log);

    /// <summary>The worker is to stop; for good unless the argument is true. Set it before use.</summary>
    public Action<bool> Kill { get; set; } = _ => { };

    /// <summary>The worker is to let go of a job. Set it before use.</summary>
    public Action<string> Remove { get; set; } = _ => { };

    /// <summary>Work is to be asked of a job only; what belongs to others goes back at once when the flag is true. Set it before use.</summary>
    public Action<string, bool> AddPriority { get; set; } = (_, _) => { };

    /// <summary>A job's priority is over; its slices go back at once when the flag is true. Set it before use.</summary>
    public Action<string, bool> RemovePriority { get; set; } = (_, _) => { };

    /// <summary>Hooks into the connection to the event router, which must not be started yet.</summary>
    public void Attach(ServiceConnection eventRouter)
    {
        Func<Connection, CancellationToken, Task>? before = eventRouter.OnReady;
        eventRouter.OnReady = async (connection, ct) =>
        {
            await (before?.Invoke(connection, ct) ?? Task.CompletedTask).ConfigureAwait(false);
            await SubscribeAsync(connection, ct).ConfigureAwait(false);
        };
        eventRouter.RequestHandler = (request, _) => Task.FromResult(Handle(request.Operation, request.Data));
    }

    /// <summary>Answers a request of the event router.</summary>
    /// <exception cref="ProtocolException">It is none of ours.</exception>
    public JsValue Handle(string operation, JsValue data)
    {
        if (operation != "event")
        {
            throw new ProtocolException("EINVAL", $"A worker does not know the operation '{operation}'.");
        }

        Check(data["token"].AsString(), data["event"]["eventId"].AsString());
        JsValue message = data["event"]["data"];
        string command = message["command"].AsString() ?? "";
        JsValue payload = message["payload"];
        string detail = payload["jobId"].AsString() ?? payload["message"].AsString() ?? "";
        LogCommand(command, detail);
        _events.Publish(new SchedulerCommandReceived(_time.GetUtcNow(), command, detail));
        switch (command)
        {
            case "kill":
                Kill(payload["temporary"].IsTruthy);
                break;
            case "remove" when payload["jobId"].AsString() is { } jobId:
                Remove(jobId);
                break;
            case "addPriorityJob" when payload["jobId"].AsString() is { } jobId:
                AddPriority(jobId, payload["immediate"].IsTruthy);
                break;
            case "removePriorityJob" when payload["jobId"].AsString() is { } jobId:
                RemovePriority(jobId, payload["immediate"].IsTruthy);
                break;
        }

        return "success";
    }

    private async Task SubscribeAsync(Connection connection, CancellationToken ct)
    {
        JsObject request = new()
        {
            ["schedmsgEvents"] = JsArray.OfStrings(["schedmsg::broadcast", "schedmsg::command"]),
            ["options"] = new JsObject
            {
                ["filter"] = new JsObject
                {
                    ["$or"] = new JsArray(
                        new JsObject { ["target"] = _identity.ToString() },
                        new JsObject { ["target"] = _workerId },
                        new JsObject { ["broadcast"] = true }),
                },
            },
        };
        try
        {
            Response response = await connection.RequestAsync("subscribeMany", request, null, ct).ConfigureAwait(false);
            response.ThrowIfFailed();
            lock (_gate)
            {
                _tokens = [.. ((response.Payload["tokens"] as JsArray)?.Items ?? []).Select(t => t?["token"].AsString()).OfType<string>()];
            }
        }
        catch (ProtocolException e)
        {
            // a worker can do without
            LogNoSubscription(e.Code, e.Message);
        }
    }

    private void Check(string? token, string? eventId)
    {
        lock (_gate)
        {
            if (token is null || !_tokens.Contains(token))
            {
                throw new ProtocolException("EINVAL", "The event's token is of no subscription of this worker.");
            }

            if (eventId is not null && !_seen.Add(eventId))
            {
                throw new ProtocolException("EDUP", "The event was seen before.");
            }

            if (eventId is not null)
            {
                _seenOrder.Enqueue(eventId);
                if (_seenOrder.Count > MaxSeen)
                {
                    _seen.Remove(_seenOrder.Dequeue());
                }
            }
        }
    }

    [LoggerMessage(EventId = 4501, Level = LogLevel.Information, Message = "The scheduler sent the command '{Command}' {Detail}")]
    private partial void LogCommand(string command, string detail);

    [LoggerMessage(EventId = 4502, Level = LogLevel.Information, Message = "The scheduler's messages are not received: {Code} {Reason}")]
    private partial void LogNoSubscription(string code, string reason);
}
