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
