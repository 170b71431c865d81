namespace DcpWorker.Engine.Serialization;

/// <summary>The classes that KVIN numbers or names; nothing outside of this table is ever constructed.</summary>
internal static class KvinConstructors
{
    public const int Object = 0;
    public const int RegExp = 10;
    public const int Number = 11;
    public const int String = 12;
    public const int Boolean = 13;
    public const int Function = 15;
    public const int Url = 18;
    public const int Date = 19;

    /// <summary>Longest class name that is read.</summary>
    private const int MaxName = 256;

    private static readonly string[] Names =
    [
        "Object", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
        "Float32Array", "Float64Array", "RegExp", "Number", "String", "Boolean", "Array", "Function", "Error", "Promise",
        "URL", "Date", "Set",
    ];

    /// <summary>What the encoder writes for a view of bytes: a number for the old classes, a name for the rest.</summary>
    public static JsValue Label(TypedArrayKind kind) => kind <= TypedArrayKind.Float64Array ? (int)kind : kind.ToString();

    /// <summary>The class name that a label stands for.</summary>
    public static string Resolve(JsValue label)
    {
        if (label.AsInt32() is { } index)
        {
            return index >= 0 && index < Names.Length
                ? Names[index]
                : throw new SerializationException($"KVIN: there is no constructor number {index}.");
        }

        if (label.AsString() is not { Length: > 0 and <= MaxName } name || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$'))
        {
            throw new SerializationException("KVIN: a constructor is given by neither a number nor a name.");
        }

        return name[0] is >= '1' and <= '9' && int.TryParse(name, out int number) ? Resolve(number) : name;
    }

    /// <summary>The view of bytes of that name, or null.</summary>
    public static TypedArrayKind? View(string name) => name switch
    {
        "Int8Array" => TypedArrayKind.Int8Array,
        "Uint8Array" => TypedArrayKind.Uint8Array,
        "Uint8ClampedArray" => TypedArrayKind.Uint8ClampedArray,
        "Int16Array" => TypedArrayKind.Int16Array,
        "Uint16Array" => TypedArrayKind.Uint16Array,
        "Int32Array" => TypedArrayKind.Int32Array,
        "Uint32Array" => TypedArrayKind.Uint32Array,
        "Float16Array" => TypedArrayKind.Float16Array,
        "Float32Array" => TypedArrayKind.Float32Array,
        "Float64Array" => TypedArrayKind.Float64Array,
        "BigInt64Array" => TypedArrayKind.BigInt64Array,
        "BigUint64Array" => TypedArrayKind.BigUint64Array,
        "DataView" => TypedArrayKind.DataView,
        "Buffer" => TypedArrayKind.Buffer,
        _ => null,
    };
}
