using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment;

/// <summary>What a slice gave.</summary>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="Value">
/// The result; <see cref="JsError"/> when the work function threw; <see cref="JsUrl"/> when it is stored elsewhere;
/// undefined when it is not stored at all.
/// </param>
public sealed record JobResult(long SliceNumber, JsValue Value)
{
    /// <summary>Whether the work function threw.</summary>
    public bool IsError => Value is JsError;
}
