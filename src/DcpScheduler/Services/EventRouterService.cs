using System.Runtime.CompilerServices;
using DcpScheduler.Domain;
using DcpScheduler.Storage;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Brings what work functions and jobs have to say to the deployers who subscribed, and what the scheduler has to say to workers.</summary>
internal sealed class EventRouterService(
    JobBook book, JobStore store, JobControl control, WorkerBook workers, WorkerCommands commands, TaskAuthority authority, SchedulerOptions options, TimeProvider time, ILogger<EventRouterService> log) : IService
{
    private const int LongestEvent = 5_000_000;

    private readonly ConditionalWeakTable<Connection, Subscriber> _subscribers = [];

    /// <inheritdoc/>
    public string Path => "event-router";

    /// <inheritdoc/>
    public Task<JsValue> HandleAsync(IncomingRequest request, CancellationToken ct) => request.Name() switch
    {
        "subscribeMany" => Task.FromResult<JsValue>(SubscribeMany(request)),
        "subscribe" => Task.FromResult<JsValue>(Subscribe(request)),
        "unsubscribe" => Task.FromResult<JsValue>(Unsubscribe(request)),
        "workEmit" => EmitAsync(request),
        _ => throw Requests.Unknown(request),
    };

    private JsObject SubscribeMany(IncomingRequest request)
    {
        JsValue data = request.Data;
        JsArray tokens = [];

        List<string> labels = [.. Requests.Texts(data, "reliableEvents", 50, 100).Concat(Requests.Texts(data, "optionalEvents", 50, 100)).Distinct()];

        // after a lost session, workers ask for the scheduler's messages among the other events
        List<string> messages = [.. Requests.Texts(data, "schedmsgEvents", 10, 100).Concat(labels.Where(WorkerCommands.IsLabel)).Distinct()];
        if (messages.Count > 0)
        {
            foreach ((string label, string token) in commands.Subscribe(request.Connection, messages, data["options"]["filter"]))
            {
                tokens.Add(new JsObject { ["event"] = label, ["token"] = token });
            }
        }

        labels.RemoveAll(WorkerCommands.IsLabel);
        if (labels.Count > 0)
        {
            foreach ((string label, string token) in SubscriptionOf(request).Add([.. labels.Select(Known)]))
            {
                tokens.Add(new JsObject { ["event"] = label, ["token"] = token });
            }
        }

        return new JsObject { ["tokens"] = tokens };
    }

    private JsObject Subscribe(IncomingRequest request)
    {
        string label = Known(Requests.Text(request.Data, "label", 100));
        return new JsObject { ["token"] = SubscriptionOf(request).Add([label])[0].Token };
    }

    private JsObject Unsubscribe(IncomingRequest request)
    {
        string label = Requests.Text(request.Data, "label", 100);

        // the token travels wrapped: {token: {token}}
        string token = request.Data["token"].AsString() ?? Requests.Text(request.Data["token"], "token", 100);
        bool removed = WorkerCommands.IsLabel(label)
            ? commands.Unsubscribe(request.Connection, label, token)
            : _subscribers.TryGetValue(request.Connection, out Subscriber? subscriber) && subscriber.Remove(label, token);
        return new JsObject { ["success"] = true, ["removed"] = removed };
    }

    private async Task<JsValue> EmitAsync(IncomingRequest request)
    {
        JsValue data = request.Data;
        KnownWorker worker = workers.Touch(data["worker"].AsString(), request.Peer, request.Connection);
        Job job = Requests.RequireJob(book, data);
        int slice = data["slice"].AsInt32() ?? throw Requests.Invalid("'slice' must be the number of a slice.");
        authority.Require(data["authorizationMessage"], worker.Id, job.Id, slice);
        string label = EventLabel.FromWorker(data["eventName"].AsString()) ?? throw Requests.Invalid("A worker may not send events of that name.");
        JobEvent e = EventMessage.FromWorker(label, slice, worker.Id, data["payload"] as JsObject ?? []);
        if (e.Text!.Length > LongestEvent)
        {
            throw new ProtocolException("ETOOBIG", $"An event may have {LongestEvent} characters.");
        }

        await control.EmitAsync(job, e).ConfigureAwait(false);
        return true;
    }

    private EventSubscription SubscriptionOf(IncomingRequest request)
    {
        Job job = Requests.RequireOwnJob(book, request, request.Data["options"]["filter"]);
        job.LastDeployCall = time.GetUtcNow();
        return _subscribers.GetValue(request.Connection, connection => new Subscriber(connection)).For(
            job,
            connection => new EventSubscription(job, connection, store, control, options, time, log));
    }

    private static string Known(string label) => EventLabel.IsKnown(label) ? label : throw Requests.Invalid($"There is no event '{label}' to subscribe to.");

    /// <summary>The subscriptions of one connection; they end with it.</summary>
    private sealed class Subscriber
    {
        private const int MostJobs = 10_000;

        private readonly Connection _connection;
        private readonly Dictionary<string, EventSubscription> _subscriptions = [];
        private readonly CancellationToken _ended;

        public Subscriber(Connection connection)
        {
            _connection = connection;
            CancellationTokenSource ended = new();
            _ended = ended.Token;
            _ = connection.Closed.ContinueWith(_ => ended.Cancel(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        public EventSubscription For(Job job, Func<Connection, EventSubscription> make)
        {
            lock (_subscriptions)
            {
                if (!_subscriptions.TryGetValue(job.Id, out EventSubscription? subscription))
                {
                    if (_subscriptions.Count >= MostJobs)
                    {
                        throw new ProtocolException("ELIMIT", $"A connection may subscribe to the events of {MostJobs} jobs.");
                    }

                    _subscriptions[job.Id] = subscription = make(_connection);
                    _ = subscription.RunAsync(_ended);
                }

                return subscription;
            }
        }

        public bool Remove(string label, string token)
        {
            lock (_subscriptions)
            {
                return _subscriptions.Values.Any(s => s.Remove(label, token));
            }
        }
    }
}
