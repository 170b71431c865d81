namespace DcpWorker.Engine.Serialization;

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
