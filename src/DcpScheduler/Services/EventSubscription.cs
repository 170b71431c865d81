using System.Collections.Concurrent;
using System.Threading.Channels;
using DcpScheduler.Domain;
using DcpScheduler.Storage;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>
/// Delivers the events of one job over one connection, in order. An event counts as delivered when the client has
/// answered it. What is not answered is offered again when the session is resumed; what is left when it ends goes to the
/// next subscriber.
/// </summary>
internal sealed class EventSubscription : IJobEventSink
{
    private const int MostUnanswered = 100;
    private const int MostAttempts = 5;

    // the client registers a token only after it has dealt with our answer to its subscription
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ResumeCheck = TimeSpan.FromSeconds(1);

    // as `stop` it only makes the loop look again
    private static readonly JobEvent Wake = new(EventLabel.Stop, "");

    private readonly Job _job;
    private readonly Connection _connection;
    private readonly JobStore _store;
    private readonly JobControl _control;
    private readonly SchedulerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);

    // what is in the outbox or on its way: offered twice, an event is sent once
    private readonly ConcurrentDictionary<JobEvent, bool> _taken = [];
    private readonly Channel<JobEvent> _outbox = Channel.CreateUnbounded<JobEvent>(new UnboundedChannelOptions { SingleReader = true });

    // as full as there are unanswered events
    private readonly Channel<JobEvent> _window = Channel.CreateBounded<JobEvent>(MostUnanswered);
    private JobEvent? _stop;
    private volatile bool _missed;
    private int _unanswered;

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
        if (!_taken.TryAdd(e, true))
        {
            return;
        }

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
                while (!_missed && _outbox.Reader.TryRead(out JobEvent? e))
                {
                    if (e.Label == EventLabel.Stop || e.IsSettled || !_tokens.TryGetValue(e.Label, out string? token))
                    {
                        _taken.TryRemove(e, out _);
                        continue;
                    }

                    await _window.Writer.WriteAsync(e, ct).ConfigureAwait(false);
                    if (_missed)
                    {
                        // it waited for those that were not answered, and is offered again behind them
                        _window.Reader.TryRead(out _);
                        _taken.TryRemove(e, out _);
                        break;
                    }

                    _ = SendAsync(e, token, ct);
                }

                if (_missed)
                {
                    await OfferAgainAsync(ct).ConfigureAwait(false);
                    continue;
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
    /// The client was away for longer than an event may take. Until its session is resumed nothing is gathered here: what waits
    /// for it is kept, and bounded, where all subscribers get it from.
    /// </summary>
    private async Task OfferAgainAsync(CancellationToken ct)
    {
        _job.Events.Unsubscribe(this);
        while (_outbox.Reader.TryRead(out JobEvent? e))
        {
            _taken.TryRemove(e, out _);
        }

        Volatile.Write(ref _stop, null);
        while (_connection.State != ConnectionState.Established)
        {
            await Task.Delay(ResumeCheck, _time, ct).ConfigureAwait(false);
        }

        _missed = false;

        // one that is there and does not answer gets what comes now, and no more of what it has not answered
        _job.Events.Subscribe(this, Volatile.Read(ref _unanswered) < MostUnanswered * MostAttempts ? [.. _tokens.Keys] : []);
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

        if (_missed)
        {
            // the last of them did not arrive; it is offered again, and `stop` behind it
            _window.Reader.TryRead(out _);
            return;
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
                Response response = await _connection.RequestAsync("event", data, new RequestOptions { Timeout = _options.EventTimeout }, ct).ConfigureAwait(false);
                Volatile.Write(ref _unanswered, 0);
                if (response.Success || attempt == MostAttempts)
                {
                    if (!response.Success)
                    {
                        EventLog.Refused(_log, e.Label, _job.Id, response.Payload["message"].AsString());
                    }

                    _control.Settle(_job, e);
                    _taken.TryRemove(e, out _);
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
            Interlocked.Increment(ref _unanswered);

            // in this order: from now on it may be offered again
            _taken.TryRemove(e, out _);
            _missed = true;
            _outbox.Writer.TryWrite(Wake);
        }
        catch (Exception fault)
        {
            EventLog.DeliveryFailed(_log, fault, _job.Id);
            _taken.TryRemove(e, out _);
        }
        finally
        {
            _window.Reader.TryRead(out _);
        }
    }
}
