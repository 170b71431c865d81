namespace DcpWorker.Engine.Serialization;

/// <summary>An IEEE 754 double, as every JavaScript number is.</summary>
public sealed class JsNumber(double value) : JsValue, IEquatable<JsNumber>
{
    /// <summary>The number; may be NaN, an infinity or -0.</summary>
    public double Value { get; } = value;

    /// <inheritdoc/>
    public override bool IsTruthy => Value != 0 && !double.IsNaN(Value);

    /// <inheritdoc/>
    public override double? AsNumber() => Value;

    /// <inheritdoc/>
    public bool Equals(JsNumber? other) => other is not null && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JsNumber);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => EcmaNumber.ToText(Value);
}
