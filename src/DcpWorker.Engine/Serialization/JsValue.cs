using System.Globalization;
using System.Numerics;

namespace DcpWorker.Engine.Serialization;

/// <summary>
/// A JavaScript value as it travels through the protocol: one model for JSON, KVIN, data URIs and the sandbox.
/// Primitives compare by value; objects (<see cref="JsObject"/> and its heirs) by identity, since KVIN keeps
/// shared references and cycles.
/// </summary>
public abstract class JsValue
{
    private protected JsValue()
    {
    }

    /// <summary>The value <c>undefined</c>.</summary>
    public static JsValue Undefined => JsUndefined.Instance;

    /// <summary>The value <c>null</c>.</summary>
    public static JsValue Null => JsNull.Instance;

    /// <summary>False for <c>undefined</c>, <c>null</c>, <c>false</c>, 0, NaN, 0n and the empty string.</summary>
    public virtual bool IsTruthy => true;

    /// <summary>Whether this is <c>undefined</c> or <c>null</c>.</summary>
    public bool IsNullish => this is JsUndefined or JsNull;

    /// <summary>The text of a string (boxed or not), else null.</summary>
    public virtual string? AsString() => null;

    /// <summary>The number when this is one (boxed or not), else null.</summary>
    public virtual double? AsNumber() => null;

    /// <summary>The number as an integer when it is one within the range of <see cref="int"/>, else null.</summary>
    public int? AsInt32() => AsNumber() is { } n && n >= int.MinValue && n <= int.MaxValue && n == Math.Floor(n) ? (int)n : null;

    /// <summary>The truth value when this is a boolean, else null.</summary>
    public bool? AsBoolean() => this is JsBoolean b ? b.Value : null;

    /// <summary>
    /// Property <paramref name="name"/> of an object, or <see cref="Undefined"/> when this is no object or has no
    /// such property: so that unchecked input can be walked without a test at each step.
    /// </summary>
    public virtual JsValue this[string name]
    {
        get => Undefined;
        set => throw new InvalidOperationException("Only an object has properties.");
    }

    /// <summary>A string value, or <c>null</c>.</summary>
    public static implicit operator JsValue(string? value) => value is null ? Null : new JsString(value);

    /// <summary>A number value.</summary>
    public static implicit operator JsValue(double value) => new JsNumber(value);

    /// <summary>A number value.</summary>
    public static implicit operator JsValue(int value) => new JsNumber(value);

    /// <summary>A number value; exact up to 2^53.</summary>
    public static implicit operator JsValue(long value) => new JsNumber(value);

    /// <summary>A boolean value.</summary>
    public static implicit operator JsValue(bool value) => value ? JsBoolean.True : JsBoolean.False;

    /// <summary>A string value, or <c>null</c>.</summary>
    public static JsValue FromString(string? value) => value;

    /// <summary>A number value.</summary>
    public static JsValue FromDouble(double value) => value;

    /// <summary>A boolean value.</summary>
    public static JsValue FromBoolean(bool value) => value;
}

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

/// <summary>A string of UTF-16 code units; may hold lone surrogates.</summary>
public sealed class JsString(string value) : JsValue, IEquatable<JsString>
{
    /// <summary>The text.</summary>
    public string Value { get; } = value;

    /// <inheritdoc/>
    public override bool IsTruthy => Value.Length > 0;

    /// <inheritdoc/>
    public override string AsString() => Value;

    /// <inheritdoc/>
    public bool Equals(JsString? other) => other is not null && Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JsString);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

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

/// <summary>A symbol; only its description travels.</summary>
public sealed class JsSymbol(string? description) : JsValue
{
    /// <summary>The description, or null.</summary>
    public string? Description { get; } = description;

    /// <inheritdoc/>
    public override string ToString() => $"Symbol({Description})";
}
