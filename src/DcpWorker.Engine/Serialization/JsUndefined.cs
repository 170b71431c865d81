namespace DcpWorker.Engine.Serialization;

/// <summary>The value <c>undefined</c>.</summary>
public sealed class JsUndefined : JsValue
{
    internal static readonly JsUndefined Instance = new();

    private JsUndefined()
    {
    }

    /// <inheritdoc/>
    public override bool IsTruthy => false;

    /// <inheritdoc/>
    public override string ToString() => "undefined";
}
