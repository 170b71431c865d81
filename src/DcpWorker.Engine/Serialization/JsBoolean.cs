namespace DcpWorker.Engine.Serialization;

/// <summary><c>true</c> or <c>false</c>.</summary>
public sealed class JsBoolean : JsValue
{
    internal static readonly JsBoolean True = new(true);
    internal static readonly JsBoolean False = new(false);

    private JsBoolean(bool value) => Value = value;

    /// <summary>The truth value.</summary>
    public bool Value { get; }

    /// <inheritdoc/>
    public override bool IsTruthy => Value;

    /// <inheritdoc/>
    public override string ToString() => Value ? "true" : "false";
}
