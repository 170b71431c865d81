namespace DcpWorker.Engine.Serialization;

/// <summary>A Date: milliseconds since 1970 in UTC, or invalid (NaN).</summary>
public sealed class JsDate : JsObject, IJsonForm
{
    private const double Limit = 8.64e15;

    /// <summary>A date of this many milliseconds since 1970; NaN or a value that JavaScript's Date cannot hold makes it invalid.</summary>
    public JsDate(double milliseconds) => Milliseconds = Math.Abs(milliseconds) <= Limit ? Math.Truncate(milliseconds) + 0.0 : double.NaN;

    /// <summary>A date of this moment, to the millisecond.</summary>
    public JsDate(DateTimeOffset moment)
        : this(moment.ToUnixTimeMilliseconds())
    {
    }

    /// <summary>Milliseconds since 1970 in UTC; NaN when invalid.</summary>
    public double Milliseconds { get; }

    /// <summary>The moment, when .NET can express it (years 1 to 9999).</summary>
    public DateTimeOffset? Moment => Milliseconds is >= -62135596800000 and <= 253402300799999
        ? DateTimeOffset.FromUnixTimeMilliseconds((long)Milliseconds)
        : null;

    /// <summary>The text of <c>toISOString</c>, or null for an invalid date.</summary>
    public string? ToIsoString() => double.IsNaN(Milliseconds) ? null : EcmaDate.ToText((long)Milliseconds);

    /// <summary>The date that <paramref name="text"/> gives; invalid when it gives none.</summary>
    public static JsDate Parse(string text) => new(EcmaDate.Parse(text));

    /// <inheritdoc/>
    public override string ToString() => ToIsoString() ?? "Invalid Date";

    JsValue IJsonForm.ToJson() => ToIsoString();
}
