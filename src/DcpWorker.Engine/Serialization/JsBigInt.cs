using System.Globalization;
using System.Numerics;

namespace DcpWorker.Engine.Serialization;

/// <summary>A big integer (<c>123n</c>).</summary>
public sealed class JsBigInt(BigInteger value) : JsValue, IEquatable<JsBigInt>
{
    /// <summary>The number.</summary>
    public BigInteger Value { get; } = value;

    /// <inheritdoc/>
    public override bool IsTruthy => !Value.IsZero;

    /// <inheritdoc/>
    public bool Equals(JsBigInt? other) => other is not null && Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JsBigInt);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
