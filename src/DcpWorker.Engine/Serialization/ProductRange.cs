namespace DcpWorker.Engine.Serialization;

/// <summary>The cartesian product: arrays with one element of each part, the last part moving fastest.</summary>
internal sealed class ProductRange : RangeObject
{
    private readonly RangeObject[] _parts;

    private ProductRange(RangeObject[] parts, long count) => (_parts, Count) = (parts, count);

    public override long Count { get; }

    public static ProductRange Of(RangeObject[] parts) => new(parts, Countable(parts.Aggregate(1.0, (count, part) => count * part.Count)));

    public override JsValue ToJs() => new JsObject { ["ranges"] = new JsArray(_parts.Select(p => p.ToJs())) };

    private protected override JsValue Element(long index)
    {
        JsValue?[] elements = new JsValue?[_parts.Length];
        for (int i = _parts.Length - 1; i >= 0; i--)
        {
            index = Math.DivRem(index, _parts[i].Count, out long inPart);
            elements[i] = _parts[i][inPart];
        }

        return new JsArray(elements);
    }
}
