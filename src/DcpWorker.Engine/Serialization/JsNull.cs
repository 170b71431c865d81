namespace DcpWorker.Engine.Serialization;

/// <summary>The value <c>null</c>.</summary>
public sealed class JsNull : JsValue
{
    internal static readonly JsNull Instance = new();

    private JsNull()
    {
    }

    /// <inheritdoc/>
    public override bool IsTruthy => false;

    /// <inheritdoc/>
    public override string ToString() => "null";
}
