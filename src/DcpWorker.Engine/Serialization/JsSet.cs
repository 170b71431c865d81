namespace DcpWorker.Engine.Serialization;

/// <summary>A Set: elements in order of insertion.</summary>
public sealed class JsSet : JsObject
{
    /// <summary>A set of these elements.</summary>
    public JsSet(params IEnumerable<JsValue> elements) => Elements = [.. elements];

    /// <summary>The elements in order.</summary>
    public List<JsValue> Elements { get; }

    /// <inheritdoc/>
    public override string ToString() => $"Set({Elements.Count})";
}
