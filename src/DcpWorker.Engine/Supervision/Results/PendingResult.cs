using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Results;

/// <summary>A result on its way to the scheduler.</summary>
/// <param name="Id">Number in the journal.</param>
/// <param name="Data">The whole of the <c>result</c> request.</param>
/// <param name="Created">When the slice was computed.</param>
internal sealed record PendingResult(long Id, JsObject Data, DateTimeOffset Created)
{
    public string JobId => Data["job"].AsString() ?? "";

    public long SliceNumber => (long)(Data["slice"].AsNumber() ?? 0);

    /// <summary>Characters of the serialised result.</summary>
    public long Size => (long)(Data["metrics"]["OutDataSize"].AsNumber() ?? 0);
}
