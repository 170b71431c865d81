namespace DcpWorker.Engine.Serialization;

/// <summary>A boxed primitive (<c>new Number(7)</c>, <c>new String('…')</c>, <c>new Boolean(false)</c>), perhaps with properties.</summary>
public sealed class JsBoxed : JsObject, IJsonForm
{
    /// <summary>Boxes a number, string or boolean.</summary>
    public JsBoxed(JsValue primitive)
    {
        if (primitive is not (JsNumber or JsString or JsBoolean))
        {
            throw new ArgumentException("Only numbers, strings and booleans are boxed.", nameof(primitive));
        }

        Primitive = primitive;
    }

    /// <summary>What is inside.</summary>
    public JsValue Primitive { get; }

    /// <inheritdoc/>
    public override string? AsString() => Primitive.AsString();

    /// <inheritdoc/>
    public override double? AsNumber() => Primitive.AsNumber();

    /// <inheritdoc/>
    public override string ToString() => Primitive.ToString() ?? "";

    JsValue IJsonForm.ToJson() => Primitive;
}
