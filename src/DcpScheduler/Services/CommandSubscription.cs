using System.Collections.Concurrent;
using System.Threading.Channels;
using DcpScheduler.Domain;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Delivers the scheduler's messages over one worker's connection, one after the other, while it lasts.</summary>
internal sealed class CommandSubscription
{
    // what goes beyond is said again when the worker next reports what it holds
    private const int MostWaiting = 1000;
    private const int MostAttempts = 5;

    // the worker registers a token only after it has dealt with our answer to its subscription
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly RequestOptions Bounded = new() { Timeout = TimeSpan.FromSeconds(30) };

    private readonly Connection _connection;
    private readonly IReadOnlySet<string>? _targets;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<JsObject> _outbox = Channel.CreateBounded<JsObject>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>A subscription to labels. <paramref name="targets"/> are the ids that it wants messages for; null for all.</summary>
    public CommandSubscription(Connection connection, IReadOnlyList<string> labels, IReadOnlySet<string>? targets, TimeProvider time, ILogger log)
    {
        (_connection, _targets, _time, _log) = (connection, targets, time, log);
        Tokens = new(labels.Distinct().Select(l => KeyValuePair.Create(l, JobControl.NewId())), StringComparer.Ordinal);
    }

    /// <summary>Token of each label.</summary>
    public ConcurrentDictionary<string, string> Tokens { get; }

    /// <summary>Whether messages for a target are wanted here.</summary>
    public bool IsFor(string target) => _targets?.Contains(target) != false;

    /// <summary>Sends the data of an event, later.</summary>
    public void Post(JsObject data) => _outbox.Writer.TryWrite(data);

    /// <summary>Delivers until the connection ends.</summary>
    public async Task RunAsync()
    {
        using CancellationTokenSource ended = new();
        Task end = EndAsync(ended);
        try
        {
            await foreach (JsObject data in _outbox.Reader.ReadAllAsync(ended.Token).ConfigureAwait(false))
            {
                await SendAsync(data, ended.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // the connection has ended
        }

        await end.ConfigureAwait(false);
    }

    private async Task EndAsync(CancellationTokenSource ended)
    {
        await _connection.Closed.ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
    }

    private async Task SendAsync(JsObject data, CancellationToken ct)
    {
        string id = JobControl.NewId();
        string command = data["command"].AsString() ?? "";
        try
        {
            for (int attempt = 1; Tokens.TryGetValue(data["eventName"].AsString()!, out string? token); attempt++)
            {
                JsObject message = new() { ["token"] = token, ["event"] = new JsObject { ["eventId"] = id, ["data"] = data } };
                Response response = await _connection.RequestAsync("event", message, Bounded, ct).ConfigureAwait(false);
                if (response.Success)
                {
                    return;
                }

                if (attempt == MostAttempts)
                {
                    EventLog.CommandNotDelivered(_log, command, $"{_connection.PeerAddress}", response.Payload["message"].AsString());
                    return;
                }

                await Task.Delay(RetryDelay, _time, ct).ConfigureAwait(false);
            }
        }
        catch (ProtocolException failure)
        {
            EventLog.CommandNotDelivered(_log, command, $"{_connection.PeerAddress}", failure.Message);
        }
    }
}
