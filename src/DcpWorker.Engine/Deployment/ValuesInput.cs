using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment;

/// <summary>Input given value by value.</summary>
/// <param name="Values">The data, in the order of the slices.</param>
public sealed record ValuesInput(IReadOnlyList<JsValue> Values) : JobInput
{
    /// <inheritdoc/>
    public override long Count => Values.Count;
}
