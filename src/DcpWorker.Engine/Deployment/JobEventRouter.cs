using System.Collections.Concurrent;
using System.Threading.Channels;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Deployment;

/// <summary>
/// Subscribes to the events of jobs and hands them to their jobs, in the order in which they came; subscribes anew when
/// the connection had to be made anew.
/// </summary>
internal sealed partial class JobEventRouter : IAsyncDisposable
{
    private static readonly string[] Reliable = ["stop", "nofunds", "complete"];
    private static readonly string[] Optional = ["result", "error", "status", "noprogress", "custom"];

    private readonly ServiceConnection _connection;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, DeployedJob> _jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DeployedJob> _tokens = new(StringComparer.Ordinal);
    private readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>(new() { SingleReader = true });
    private readonly SemaphoreSlim _subscribing = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _pump;

    public JobEventRouter(ServiceConnection connection, ILogger log)
    {
        (_connection, _log) = (connection, log);
        connection.RequestHandler = OnRequestAsync;
        connection.OnReady = OnReadyAsync;
        _pump = PumpAsync();
    }

    /// <summary>Begins to connect; <see cref="AddAsync"/> does it too.</summary>
    public void Start() => _connection.Start();

    /// <summary>Subscribes to the events of a job.</summary>
    public async Task AddAsync(DeployedJob job, CancellationToken ct)
    {
        _jobs[job.Id] = job;
        Connection connection = await _connection.ConnectAsync(ct).ConfigureAwait(false);
        await SubscribeAsync(job, connection, ct).ConfigureAwait(false);
    }

    /// <summary>Ends the subscription; a job that is over gets no more events anyway, so a failure does no harm.</summary>
    public async Task RemoveAsync(DeployedJob job, CancellationToken ct)
    {
        _jobs.TryRemove(job.Id, out _);
        List<Task> requests = [];
        foreach ((string label, string token) in job.Tokens)
        {
            _tokens.TryRemove(token, out _);
            requests.Add(_connection.RequestAsync(
                "unsubscribe", new JsObject { ["label"] = label, ["token"] = new JsObject { ["token"] = token } }, null, ct));
        }

        try
        {
            await Task.WhenAll(requests).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ProtocolException or OperationCanceledException)
        {
            LogNotUnsubscribed(job.Id, e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        _deliveries.Writer.TryComplete();
        await _pump.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _subscribing.Dispose();
        _end.Dispose();
    }

    private async Task SubscribeAsync(DeployedJob job, Connection connection, CancellationToken ct)
    {
        IEnumerable<string> optional = job.Definition.Console ? Optional.Append("console") : Optional;
        JsObject data = new()
        {
            ["reliableEvents"] = JsArray.OfStrings(Reliable),
            ["optionalEvents"] = JsArray.OfStrings(optional),
            ["options"] = new JsObject { ["filter"] = new JsObject { ["job"] = job.Id } },
        };

        // Events may come in before the tokens are known here: the pump waits for this lock when it meets a strange one.
        await _subscribing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (job.SubscribedOver == connection)
            {
                return;
            }

            Response response = await connection.RequestAsync("subscribeMany", data, null, ct).ConfigureAwait(false);
            response.ThrowIfFailed();
            List<KeyValuePair<string, string>> tokens = [];
            foreach (JsValue? entry in (response.Payload["tokens"] as JsArray)?.Items ?? [])
            {
                if (entry?["event"].AsString() is { } label && entry["token"].AsString() is { } token)
                {
                    tokens.Add(new(label, token));
                    _tokens[token] = job;
                }
            }

            foreach ((_, string old) in job.Tokens.Except(tokens))
            {
                _tokens.TryRemove(old, out _);
            }

            (job.Tokens, job.SubscribedOver) = (tokens, connection);
        }
        finally
        {
            _subscribing.Release();
        }
    }

    /// <summary>Subscriptions live and die with a session.</summary>
    private async Task OnReadyAsync(Connection connection, CancellationToken ct)
    {
        foreach (DeployedJob job in _jobs.Values)
        {
            bool again = job.SubscribedOver is not null;
            try
            {
                await SubscribeAsync(job, connection, ct).ConfigureAwait(false);
            }
            catch (ProtocolException e) when (!e.IsConnectionFailure)
            {
                // The scheduler does not want to; the job's own watch asks for its results all the same.
                LogNotSubscribed(job.Id, e.Message);
            }

            if (again)
            {
                job.LookForResults();
            }
        }
    }

    private async Task<JsValue> OnRequestAsync(IncomingRequest request, CancellationToken ct)
    {
        if (request.Operation != "event")
        {
            throw new ProtocolException("DCPC-1322", $"A deployer does not know the operation '{request.Operation}'.");
        }

        Delivery delivery = new(request.Data, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        _deliveries.Writer.TryWrite(delivery);
        return await delivery.Known.Task.WaitAsync(ct).ConfigureAwait(false)
            ? "success"
            : throw new ProtocolException("ENOENT", "There is no subscription with that token.");
    }

    private async Task PumpAsync()
    {
        await foreach (Delivery delivery in _deliveries.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                DeployedJob? job = await FindAsync(delivery.Data["token"].AsString() ?? "").ConfigureAwait(false);
                delivery.Known.TrySetResult(job is not null);
                job?.OnEvent(delivery.Data["event"]);
            }
            catch (Exception e)
            {
                // An event is the network's word: none may end the pump.
                LogBadEvent(e.Message);
                delivery.Known.TrySetResult(true);
            }
        }
    }

    private async ValueTask<DeployedJob?> FindAsync(string token)
    {
        if (!_tokens.TryGetValue(token, out DeployedJob? job) && !_end.IsCancellationRequested)
        {
            await _subscribing.WaitAsync(_end.Token).ConfigureAwait(false);
            _subscribing.Release();
            _tokens.TryGetValue(token, out job);
        }

        return job;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "Job {Job}: not unsubscribed ({Reason})")]
    private partial void LogNotUnsubscribed(string job, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Job {Job}: its events could not be subscribed to ({Reason})")]
    private partial void LogNotSubscribed(string job, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "An event that cannot be understood was passed over: {Reason}")]
    private partial void LogBadEvent(string reason);

    private sealed record Delivery(JsValue Data, TaskCompletionSource<bool> Known);
}
