using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment;

/// <summary>Input given as a range of numbers.</summary>
/// <param name="Range">The range.</param>
public sealed record RangeInput(RangeObject Range) : JobInput
{
    /// <inheritdoc/>
    public override long Count => Range.Count;
}
