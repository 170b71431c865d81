using DcpWorker.Engine.Deployment.Events;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Artifacts;

namespace DcpWorker.Engine.Deployment;

public sealed partial class DeployedJob
{
    /// <summary>What a scheduler says in place of a result that it was not to keep.</summary>
    private const string NotStored = "https://dcp/dev/null";

    private long _lastEvent;

    /// <summary>Takes an event; called one after the other.</summary>
    internal void OnEvent(JsValue message)
    {
        Interlocked.Exchange(ref _lastEvent, _time.GetTimestamp());
        JsValue data = message["data"];
        long slice = (long)(data["sliceNumber"].AsNumber() ?? data["slice"].AsNumber() ?? 0);
        DateTimeOffset now = _time.GetUtcNow();
        switch (data["eventName"].AsString())
        {
            case "result":
                TakeResult(slice, data["result"]["result"].AsString());
                break;
            case "status":
                Publish(new JobStatusChanged(now, Text(data["runStatus"]), Number(data["total"]), Number(data["distributed"]), Number(data["computed"])));
                break;
            case "console":
                JsValue console = data["message"];
                Publish(new JobConsole(now, slice, Text(data["level"]), console is JsObject ? KvinReader.Unmarshal(console) : console, data["same"].AsInt32() ?? 1));
                break;
            case "error" or "noprogress":
                string code = data["errorCode"].AsString() ?? data["code"].AsString() ?? "";
                Publish(new SliceError(now, slice, code, Text(data["message"]), data));
                break;
            case "nofunds":
                Publish(new SliceError(now, slice, "ENOFUNDS", "The account that pays for the job has no credits left; the job waits until it has.", data));
                break;
            case "custom":
                Publish(new JobCustomEvent(now, slice, Text(data["customEvent"]), data["data"]));
                break;
            case "stop":
                string reason = data["reason"].AsString() is { Length: > 0 } said ? said : Text(data["error"]["message"]);
                JobStopped stopped = new(now, Text(data["runStatus"]), Number(data["sliceCount"]), reason, data["code"].AsString() ?? data["error"]["code"].AsString());
                _stopped.TrySetResult(stopped);
                break;
        }
    }

    private static string Text(JsValue value) => value.AsString() ?? "";

    private static long Number(JsValue value) => value.AsNumber() is { } n && Math.Abs(n) < long.MaxValue ? (long)n : 0;

    private void Publish(JobEvent e) => _events.Add(e);

    private void TakeResult(long slice, string? uri)
    {
        if (uri is null || slice < 1 || slice > SliceCount)
        {
            LogBadResult(Id, slice, "there is no such slice, or no result with it");
            return;
        }

        if (!DataUri.IsDataUri(uri) && uri != NotStored && _stored.IsOfScheduler(uri))
        {
            _fetches.GetOrAdd(slice, _ => FetchStoredAsync(slice, uri));
            return;
        }

        JsValue value;
        try
        {
            // What is stored elsewhere is the caller's to fetch: only the caller knows which places to trust.
            value = DataUri.IsDataUri(uri) ? DataUri.Decode(uri) : uri == NotStored ? JsValue.Undefined : new JsUrl(uri);
        }
        catch (SerializationException e)
        {
            LogBadResult(Id, slice, e.Message);
            value = new JsError($"The result of slice {slice} cannot be read: {e.Message}") { ["code"] = e.Code };
        }

        Add(slice, value);
    }

    private void Add(long slice, JsValue value)
    {
        // at once: the end of the job must not come between the last result and its event
        lock (_adding)
        {
            if (_results.TryAdd(slice, value))
            {
                Publish(new ResultReceived(_time.GetUtcNow(), slice, value));
            }
        }
    }

    /// <summary>Gets a result that the scheduler keeps at a location of its own.</summary>
    private async Task FetchStoredAsync(long slice, string uri)
    {
        // the pump of events must not wait for it
        await Task.Yield();
        JsValue value;
        try
        {
            value = await _stored.FetchAsync(uri, _end.Token).ConfigureAwait(false);
        }
        catch (ArtifactException e)
        {
            LogBadResult(Id, slice, e.Message);
            value = new JsError($"The result of slice {slice} cannot be fetched: {e.Message}") { ["code"] = e.Code };
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Add(slice, value);
    }

    /// <summary>
    /// Asks for missing results after a reconnect and after a long silence, so that an event which was lost with a
    /// connection (the last one above all) does not hold up the job for ever.
    /// </summary>
    private async Task WatchAsync()
    {
        while (!_stopped.Task.IsCompleted)
        {
            try
            {
                bool signalled = await _lookForResults.WaitAsync(_options.QuietLimit, _end.Token).ConfigureAwait(false);
                if (!signalled && _time.GetElapsedTime(Interlocked.Read(ref _lastEvent)) < _options.QuietLimit)
                {
                    continue;
                }

                await FetchMissingAsync(_end.Token).ConfigureAwait(false);
                if (_results.Count == SliceCount)
                {
                    _stopped.TrySetResult(new JobStopped(_time.GetUtcNow(), "finished", SliceCount, ""));
                }
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Fetches results that did not come by event, until none comes that way any more. A scheduler may take one number at a
    /// time only, as the network's own client asks.
    /// </summary>
    private async Task FetchMissingAsync(CancellationToken ct)
    {
        int pile = _options.FetchPile;
        await Task.WhenAll(_fetches.Values).WaitAsync(ct).ConfigureAwait(false);
        while (_results.Missing(SliceCount, pile) is { Count: > 0 } missing)
        {
            int before = _results.Count;
            try
            {
                await FetchAsync(missing, ct).ConfigureAwait(false);
                await Task.WhenAll(_fetches.Values).WaitAsync(ct).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ProtocolException or SerializationException)
            {
                LogNotFetched(Id, e.Message);
            }

            if (_results.Count == before)
            {
                if (missing.Count == 1)
                {
                    return;
                }

                pile = 1;
            }
        }
    }

    private async Task FetchAsync(IReadOnlyList<long> slices, CancellationToken ct)
    {
        JsObject data = new()
        {
            ["job"] = Id,
            ["owner"] = _identity.Address.ToString(),
            ["range"] = new JsArray(slices.Select(JsValue? (n) => n)),
        };
        Response response = await _resultSubmitter.RequestAsync(
            "fetchResult", data, new RequestOptions { AuthoriseWith = [_identity], Resend = true }, ct).ConfigureAwait(false);
        response.ThrowIfFailed();
        foreach (JsValue? entry in (response.Payload as JsArray)?.Items ?? [])
        {
            // The value is a URI that is escaped once more as a whole.
            if (entry?["value"].AsString() is { } value && entry["slice"].AsNumber() is { } slice)
            {
                TakeResult((long)slice, Uri.UnescapeDataString(value));
            }
        }
    }
}
