namespace DcpWorker.Engine.Serialization;

/// <summary>A symbol; only its description travels.</summary>
public sealed class JsSymbol(string? description) : JsValue
{
    /// <summary>The description, or null.</summary>
    public string? Description { get; } = description;

    /// <inheritdoc/>
    public override string ToString() => $"Symbol({Description})";
}
