namespace DcpWorker.Engine.Serialization;

/// <summary>Ranges one after the other.</summary>
internal sealed class SparseRange : RangeObject
{
    private readonly RangeObject[] _parts;

    private SparseRange(RangeObject[] parts, long count) => (_parts, Count) = (parts, count);

    public override long Count { get; }

    public static SparseRange Of(RangeObject[] parts) => new(parts, Countable(parts.Sum(p => (double)p.Count)));

    public override JsValue ToJs() => new JsObject { ["sparse"] = true, ["ranges"] = new JsArray(_parts.Select(p => p.ToJs())) };

    private protected override JsValue Element(long index)
    {
        int part = 0;
        while (index >= _parts[part].Count)
        {
            index -= _parts[part++].Count;
        }

        return _parts[part][index];
    }
}
