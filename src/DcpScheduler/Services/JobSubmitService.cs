using DcpScheduler.Domain;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Takes jobs and their slices in, cancels and lists them.</summary>
internal sealed class JobSubmitService(JobBook book, JobControl control, SchedulerOptions options, TimeProvider time) : IService
{
    private readonly JobDefinitionReader _reader = new(options);

    /// <inheritdoc/>
    public string Path => "job-submit";

    /// <inheritdoc/>
    public Task<JsValue> HandleAsync(IncomingRequest request, CancellationToken ct) => request.Name() switch
    {
        "submit" => SubmitAsync(request),
        "addSliceData" => AddSliceDataAsync(request),
        "cancelJob" => CancelAsync(request),
        "listJobs" => Task.FromResult(JobListing.List(book, request)),
        _ => throw Requests.Unknown(request),
    };

    private async Task<JsValue> SubmitAsync(IncomingRequest request)
    {
        JsValue data = request.Data;
        Address account = Requests.RequireAddress(data, "paymentAccount");
        if (!request.AuthorisedBy.Contains(account))
        {
            throw new ProtocolException("EPERM", $"The request is not authorised by the payment account {account}.");
        }

        // clients before 5.x call it id
        string id = data["job"].AsString() ?? data["id"].AsString() ?? "";
        if (id.Length is 0 or > 64 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw Requests.Invalid("'job' must be an id of 1 to 64 letters and digits.");
        }

        if (book.TryGet(id, out Job? known) && known.Owner.Equals(request.Peer))
        {
            // the deployer did not get our answer and asks again
            return Submitted(known);
        }

        (JobDefinition definition, int slices, long characters) = _reader.Read(data);
        bool byValue = definition.Range.IsNullish && definition.Pattern is null;
        using PrivateKey escrow = PrivateKey.Create();
        Job job = new(id, control.NextKey(), request.Peer, account, escrow.Address, definition, time.GetUtcNow())
        {
            IsClosed = !byValue && data["isOpen"].AsBoolean() != true,
            Characters = characters,
        };
        await control.AddAsync(job, slices).ConfigureAwait(false);
        if (!data["marshaledDataValues"].IsNullish)
        {
            await control.AddSlicesAsync(job, ReadValues(data["marshaledDataValues"], job)).ConfigureAwait(false);
            await control.CloseAsync(job).ConfigureAwait(false);
        }

        return Submitted(job);
    }

    private static JsObject Submitted(Job job) => new()
    {
        ["escrow"] = job.Escrow.ToString(),
        ["status"] = JobListing.RunStatus(job),
        ["lastSliceNumber"] = job.Slices.Count,
    };

    private async Task<JsValue> AddSliceDataAsync(IncomingRequest request)
    {
        Job job = Requests.RequireOwnJob(book, request, request.Data);
        job.LastDeployCall = time.GetUtcNow();
        int last = await control.AddSlicesAsync(job, ReadValues(request.Data["dataValues"], job)).ConfigureAwait(false);
        return new JsObject { ["success"] = true, ["lastSliceNumber"] = last };
    }

    private async Task<JsValue> CancelAsync(IncomingRequest request)
    {
        Job job = Requests.RequireOwnJob(book, request, request.Data);
        string reason = Requests.Text(request.Data, "reason", 10_000, "cancelled by its owner");
        await control.CancelAsync(job, reason, "ECANCELLED").ConfigureAwait(false);
        return new JsObject { ["success"] = true, ["job"] = job.Id, ["status"] = JobListing.RunStatus(job) };
    }

    private static List<StoredValue> ReadValues(JsValue values, Job job)
    {
        JsValue list = values.IsMarshaled() ? KvinReader.Unmarshal(values) : values;
        if (list is JsArray array)
        {
            return [.. array.Items.Select(v => JobDefinitionReader.Store(v, job.Definition.Requirements))];
        }

        // localExec: {"0": url, …, length: n}
        if (list["length"].AsInt32() is { } length and >= 0 && list is JsObject o && length < o.Count)
        {
            return [.. Enumerable.Range(0, length).Select(i => Value(o[$"{i}"], job))];
        }

        throw Requests.Invalid("The slice data must be a marshaled list.");
    }

    private static StoredValue Value(JsValue value, Job job) => value.AsString() is { } address && Uri.TryCreate(address, UriKind.Absolute, out _)
        ? new StoredValue(address, null)
        : JobDefinitionReader.Store(value, job.Definition.Requirements);
}
