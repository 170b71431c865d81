namespace DcpWorker.Engine.Serialization;

/// <summary>A Map: pairs in order of insertion.</summary>
public sealed class JsMap : JsObject
{
    /// <summary>A map of these pairs.</summary>
    public JsMap(params IEnumerable<KeyValuePair<JsValue, JsValue>> entries) => Entries = [.. entries];

    /// <summary>The pairs in order.</summary>
    public List<KeyValuePair<JsValue, JsValue>> Entries { get; }

    /// <inheritdoc/>
    public override string ToString() => $"Map({Entries.Count})";
}
