using System.Collections.Concurrent;
using System.Threading.Channels;
using DcpScheduler.Domain;
using DcpScheduler.Storage;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>
/// Delivers the events of one job over one connection, in order. An event counts as delivered when the client has
/// answered it; what a lost connection leaves undelivered goes to the next subscriber.
/// </summary>
internal sealed class EventSubscription : IJobEventSink
{
    private const int MostUnanswered = 100;
    private const int MostAttempts = 5;

    // the client registers a token only after it has dealt with our answer to its subscription
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly Job _job;
    private readonly Connection _connection;
    private readonly JobStore _store;
    private readonly JobControl _control;
    private readonly SchedulerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private readonly Channel<JobEvent> _outbox = Channel.CreateUnbounded<JobEvent>(new UnboundedChannelOptions { SingleReader = true });

    // as full as there are unanswered events
    private readonly Channel<JobEvent> _window = Channel.CreateBounded<JobEvent>(MostUnanswered);
    private JobEvent? _stop;

    /// <summary>A subscription without labels yet.</summary>
    public EventSubscription(Job job, Connection connection, JobStore store, JobControl control, SchedulerOptions options, TimeProvider time, ILogger log) =>
        (_job, _connection, _store, _control, _options, _time, _log) = (job, connection, store, control, options, time, log);

    /// <summary>Subscribes to labels; the token for each.</summary>
    public IReadOnlyList<(string Label, string Token)> Add(IReadOnlyList<string> labels)
    {
        List<string> fresh = [];
        foreach (string label in labels)
        {
            if (_tokens.TryAdd(label, JobControl.NewId()))
            {
                fresh.Add(label);
            }
        }

        _job.Events.Subscribe(this, fresh);
        return [.. labels.Select(l => (l, _tokens[l]))];
    }

    /// <summary>Takes a subscription back; false when the token is not that of the label.</summary>
    public bool Remove(string label, string token) => _tokens.TryRemove(new KeyValuePair<string, string>(label, token));

    /// <inheritdoc/>
    public bool Wants(string label) => _tokens.ContainsKey(label);

    /// <inheritdoc/>
    public void Offer(JobEvent e)
    {
        if (e.Label == EventLabel.Stop)
        {
            Volatile.Write(ref _stop, e);
        }

        // for `stop` this only wakes the loop: it goes out when nothing else waits
        _outbox.Writer.TryWrite(e);
    }

    /// <summary>Delivers until the connection ends.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await Task.Delay(Settling, _time, ct).ConfigureAwait(false);
            while (await _outbox.Reader.WaitToReadAsync(ct).ConfigureAwait(false))
            {
                while (_outbox.Reader.TryRead(out JobEvent? e))
                {
                    if (e.Label != EventLabel.Stop && !e.IsSettled && _tokens.TryGetValue(e.Label, out string? token))
                    {
                        await _window.Writer.WriteAsync(e, ct).ConfigureAwait(false);
                        _ = SendAsync(e, token, ct);
                    }
                }

                if (Volatile.Read(ref _stop) is { IsSettled: false } stop)
                {
                    await SendStopAsync(stop, ct).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // the connection has ended
        }
        catch (Exception e)
        {
            EventLog.DeliveryFailed(_log, e, _job.Id);
        }
        finally
        {
            _job.Events.Unsubscribe(this);
        }
    }

    /// <summary>
    /// The client acts on `stop` only once its deploy phase is over, and drops one that comes earlier; so it is held
    /// back until some time after the last call of that phase.
    /// </summary>
    private async Task SendStopAsync(JobEvent stop, CancellationToken ct)
    {
        TimeSpan early = _job.LastDeployCall + _options.StopDelay - _time.GetUtcNow();
        while (early > TimeSpan.Zero)
        {
            await Task.Delay(early, _time, ct).ConfigureAwait(false);
            early = _job.LastDeployCall + _options.StopDelay - _time.GetUtcNow();
        }

        // what was offered meanwhile goes first, and what is on its way must have arrived
        if (_outbox.Reader.TryPeek(out _))
        {
            _outbox.Writer.TryWrite(stop);
            return;
        }

        for (int i = 0; i < MostUnanswered; i++)
        {
            await _window.Writer.WriteAsync(stop, ct).ConfigureAwait(false);
        }

        for (int i = 1; i < MostUnanswered; i++)
        {
            _window.Reader.TryRead(out _);
        }

        if (_tokens.TryGetValue(EventLabel.Stop, out string? token))
        {
            await SendAsync(stop, token, ct).ConfigureAwait(false);
        }
        else
        {
            _window.Reader.TryRead(out _);
        }
    }

    private async Task SendAsync(JobEvent e, string token, CancellationToken ct)
    {
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                JsObject data = new()
                {
                    ["token"] = token,
                    ["event"] = new JsObject { ["eventId"] = e.Id, ["data"] = EventMessage.Data(_job, e, _store) },
                };
                Response response = await _connection.RequestAsync("event", data, null, ct).ConfigureAwait(false);
                if (response.Success || attempt == MostAttempts)
                {
                    if (!response.Success)
                    {
                        EventLog.Refused(_log, e.Label, _job.Id, response.Payload["message"].AsString());
                    }

                    _control.Settle(_job, e);
                    return;
                }

                await Task.Delay(RetryDelay, _time, ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // stays for the next subscriber
        }
        catch (ProtocolException failure)
        {
            EventLog.NotDelivered(_log, e.Label, _job.Id, failure.Message);
        }
        catch (Exception fault)
        {
            EventLog.DeliveryFailed(_log, fault, _job.Id);
        }
        finally
        {
            _window.Reader.TryRead(out _);
        }
    }
}
