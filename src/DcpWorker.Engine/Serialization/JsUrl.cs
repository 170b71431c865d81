namespace DcpWorker.Engine.Serialization;

/// <summary>A URL object. The text is kept as it came.</summary>
public sealed class JsUrl(string href) : JsObject, IJsonForm
{
    /// <summary>The whole URL.</summary>
    public string Href { get; } = href;

    /// <inheritdoc/>
    public override string ToString() => Href;

    JsValue IJsonForm.ToJson() => Href;
}
