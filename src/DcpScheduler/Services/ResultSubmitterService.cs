using DcpScheduler.Domain;
using DcpScheduler.Storage;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision;

namespace DcpScheduler.Services;

/// <summary>Takes results and returned slices from workers, and gives results to deployers.</summary>
internal sealed class ResultSubmitterService(
    JobBook book, JobStore store, JobControl control, WorkerBook workers, TaskAuthority authority, WorkArrival arrival, TimeProvider time) : IService
{
    private const int MostResults = 100_000;
    private const long MostCharacters = 60_000_000;

    /// <inheritdoc/>
    public string Path => "result-submitter";

    /// <inheritdoc/>
    public Task<JsValue> HandleAsync(IncomingRequest request, CancellationToken ct) => request.Name() switch
    {
        "result" => ResultAsync(request),
        "status" => StatusAsync(request),
        "closeJob" => CloseAsync(request),
        "fetchResult" => Task.FromResult<JsValue>(Fetch(request)),
        _ => throw Requests.Unknown(request),
    };

    private async Task<JsValue> ResultAsync(IncomingRequest request)
    {
        JsValue data = request.Data;
        KnownWorker worker = workers.Touch(data["worker"].AsString(), request.Peer, request.Connection);
        Job job = Requests.RequireJob(book, data);
        int number = data["slice"].AsInt32() ?? throw Requests.Invalid("'slice' must be the number of a slice.");
        authority.Require(data["authorizationMessage"], worker.Id, job.Id, number);
        Address? payTo = data["paymentAddress"].IsNullish ? null : Requests.RequireAddress(data, "paymentAddress");
        decimal paid = await control.CompleteAsync(job, number, worker.Id, payTo, ReadResult(data), data["metrics"]).ConfigureAwait(false);
        lock (book.Lock)
        {
            return new JsObject { ["slicePaymentAmount"] = Credits.ToText(paid), ["metrics"] = job.Metrics.ToJs(job.Slices.Count) };
        }
    }

    private static string ReadResult(JsValue data)
    {
        try
        {
            if (data["resultV2"] is JsObject marshaled)
            {
                return JobValue.ToUri(KvinReader.Unmarshal(marshaled));
            }

            return data["result"].AsString() is { } uri && Uri.TryCreate(uri.Length > 100 ? uri[..100] : uri, UriKind.Absolute, out Uri? read) && read.Scheme is "data" or "http" or "https"
                ? data["result"].AsString()!
                : throw Requests.Invalid("'result' must be a data: or http(s) address.");
        }
        catch (SerializationException e)
        {
            throw new ProtocolException("EINVAL", $"The result cannot be read: {e.Message}", e);
        }
    }

    private async Task<JsValue> StatusAsync(IncomingRequest request)
    {
        KnownWorker worker = workers.Touch(request.Data["worker"].AsString(), request.Peer, request.Connection);
        if (request.Data["slices"] is not JsArray { Items.Count: <= 10_000 } entries)
        {
            throw Requests.Invalid("'slices' must be a list.");
        }

        foreach (JsValue entry in entries.Items.OfType<JsValue>())
        {
            if (entry["sliceNumbers"] is not JsArray list || !book.TryGet(entry["job"].AsString(), out Job? job))
            {
                continue;
            }

            List<int> numbers = [.. list.Items.Select(n => n?.AsInt32()).OfType<int>()];
            if (entry["status"].AsString() == "return")
            {
                await ReturnAsync(job, worker, numbers, entry["reason"]).ConfigureAwait(false);
            }
            else
            {
                workers.Renew(worker, job, numbers);
            }
        }

        return new JsObject { ["success"] = true };
    }

    private async Task ReturnAsync(Job job, KnownWorker worker, IReadOnlyList<int> numbers, JsValue reason)
    {
        string? text = reason.AsString() ?? reason["message"].AsString() ?? reason["reason"].AsString();
        string? code = reason["errorCode"].AsString() ?? reason["code"].AsString() ?? (text is { Length: <= 40 } && !text.Contains(' ', StringComparison.Ordinal) ? text : null);

        // only as workers say it: a work function that rejects a slice may use any words, inside an object with a code
        bool counts = !ReturnReason.IsHarmless(reason.AsString());
        await control.ReturnAsync(job, worker.Id, numbers, text is { Length: > 1000 } ? text[..1000] : text, code, counts).ConfigureAwait(false);
        arrival.Announce();
    }

    private async Task<JsValue> CloseAsync(IncomingRequest request)
    {
        Job job = Requests.RequireOwnJob(book, request, request.Data);
        job.LastDeployCall = time.GetUtcNow();
        await control.CloseAsync(job).ConfigureAwait(false);
        return new JsObject { ["success"] = true };
    }

    private JsArray Fetch(IncomingRequest request)
    {
        Job job = Requests.RequireOwnJob(book, request, request.Data);
        JsArray results = [];
        long characters = 0;
        foreach ((int number, string uri) in Asked(request.Data["range"], job.Slices.Count).SelectMany(r => store.ReadResults(job, r.First, r.Last, MostResults)))
        {
            characters += uri.Length;
            if (characters > MostCharacters || results.Items.Count == MostResults)
            {
                throw new ProtocolException("ETOOBIG", $"These are too many results for one answer. Ask for at most {MostResults}, or for fewer slices if they are long.");
            }

            // the deployer decodes this once before it reads the address
            results.Add(new JsObject { ["slice"] = number, ["value"] = Uri.EscapeDataString(uri) });
        }

        return results;
    }

    private static IEnumerable<(int First, int Last)> Asked(JsValue range, int count)
    {
        if (range.IsNullish)
        {
            return [(1, count)];
        }

        if (range is JsArray list)
        {
            return list.Items.Take(MostResults).Select(n => n?.AsInt32() ?? 0).Distinct().Select(n => (n, n));
        }

        try
        {
            RangeObject parsed = RangeObject.Parse(range);
            return parsed.Count <= MostResults
                ? Enumerable.Range(0, (int)parsed.Count).Select(i => parsed[i].AsInt32() ?? 0).Select(n => (n, n))
                : throw new ProtocolException("ETOOBIG", $"Ask for at most {MostResults} results.");
        }
        catch (SerializationException e)
        {
            throw new ProtocolException("EINVAL", $"'range' is no range: {e.Message}", e);
        }
    }
}
