using System.Globalization;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Artifacts;
using DcpWorker.Engine.Supervision.Jobs;

namespace DcpWorker.Engine.Supervision.Results;

/// <summary>Builds the data of the request <c>result</c>.</summary>
internal static class ResultMessage
{
    /// <summary>How long a job's own store of results may take.</summary>
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromMinutes(5);

    /// <summary>What to submit for a slice.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="value">What the work function returned, or the error that it threw.</param>
    /// <param name="used">Time that it took, attempts thrown away included.</param>
    /// <param name="inSize">Bytes of input.</param>
    /// <param name="outSize">Bytes that went out beside the result.</param>
    /// <param name="workerId">The worker.</param>
    /// <param name="paymentAddress">The account to credit.</param>
    /// <param name="fetcher">Sends results that are stored elsewhere.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="ArtifactException">The job's store of results is not allowed, or does not take it.</exception>
    /// <exception cref="SerializationException">The value cannot be written.</exception>
    public static async Task<JsObject> BuildAsync(
        Slice slice, JsValue value, SliceMeasurement used, long inSize, long outSize, string workerId, Address paymentAddress, ArtifactFetcher fetcher, CancellationToken ct)
    {
        JsObject serialized = JobValue.Serialize(value, JobValue.VersionFor((JobCapabilities)slice.Job.Message.Needs));
        string text = serialized["string"].AsString() ?? "";
        double cpu = Math.Max(1, used.Cpu.TotalMilliseconds);
        double total = Math.Max(cpu, used.Total.TotalMilliseconds);
        double gpu = (used.WebGl + used.WebGpu).TotalMilliseconds;
        JsObject message = new()
        {
            ["slice"] = slice.Number,
            ["job"] = slice.Job.Id,
            ["worker"] = workerId,
            ["paymentAddress"] = paymentAddress.ToString(),
            ["metrics"] = new JsObject
            {
                ["CPUTime"] = cpu,
                ["GPUTime"] = gpu,
                ["CPUDensity"] = cpu / total,
                ["GPUDensity"] = Math.Min(1, gpu / total),
                ["InDataSize"] = inSize,
                ["OutDataSize"] = text.Length + outSize,
            },
            ["authorizationMessage"] = slice.Authorization,
        };
        if (slice.Message.StorageLocation is { } store)
        {
            message["result"] = await StoreAsync(slice, text, store, fetcher, ct).ConfigureAwait(false);
        }
        else
        {
            message["resultV2"] = KvinWriter.Marshal(serialized);
        }

        return message;
    }

    private static async Task<string> StoreAsync(Slice slice, string text, string store, ArtifactFetcher fetcher, CancellationToken ct)
    {
        Dictionary<string, string> form = new(StringComparer.Ordinal)
        {
            ["contentType"] = "application/json",
            ["element"] = slice.Number.ToString(CultureInfo.InvariantCulture),
        };
        foreach ((string name, JsValue parameter) in slice.Message.StorageParameters as JsObject ?? [])
        {
            form[name] = parameter.AsString() ?? JsonWriter.Write(parameter);
        }

        form["content"] = text;
        (string contentType, string answer) = await fetcher.PostFormAsync(store, form, slice.Job.Message.Group, StoreTimeout, ct).ConfigureAwait(false);
        return DataUri.Encode(answer, contentType);
    }
}
