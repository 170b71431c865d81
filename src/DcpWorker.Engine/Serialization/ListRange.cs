namespace DcpWorker.Engine.Serialization;

/// <summary>A list, as it is.</summary>
internal sealed class ListRange(JsArray elements) : RangeObject
{
    public override long Count => elements.Items.Count;

    public override JsValue ToJs() => elements;

    private protected override JsValue Element(long index) => elements[(int)index];
}
