using System.Buffers.Binary;
using System.Numerics;

namespace DcpWorker.Engine.Serialization;

/// <summary>A typed array, DataView or Node Buffer: bytes, little-endian, and the class that views them.</summary>
public sealed class JsTypedArray : JsObject, IJsonForm
{
    private readonly byte[] _bytes;

    /// <summary>A view of these bytes, which are not copied.</summary>
    /// <exception cref="SerializationException">The bytes are not a whole number of elements.</exception>
    public JsTypedArray(TypedArrayKind kind, byte[] bytes)
    {
        (Kind, _bytes) = (kind, bytes);
        if (bytes.Length % ElementSize != 0)
        {
            throw new SerializationException($"{bytes.Length} bytes are not a whole number of elements of {kind}.");
        }
    }

    /// <summary>The class.</summary>
    public TypedArrayKind Kind { get; }

    /// <summary>The bytes, little-endian.</summary>
    public Span<byte> Bytes => _bytes;

    /// <summary>Bytes an element.</summary>
    public int ElementSize => SizeOf(Kind);

    /// <summary>Number of elements.</summary>
    public int Length => _bytes.Length / ElementSize;

    /// <summary>Element <paramref name="index"/>: a number, or a big integer for the 64-bit integer classes.</summary>
    public JsValue this[int index]
    {
        get
        {
            ReadOnlySpan<byte> at = _bytes.AsSpan(index * ElementSize);
            return Kind switch
            {
                TypedArrayKind.Int8Array => (double)(sbyte)at[0],
                TypedArrayKind.Int16Array => (double)BinaryPrimitives.ReadInt16LittleEndian(at),
                TypedArrayKind.Uint16Array => (double)BinaryPrimitives.ReadUInt16LittleEndian(at),
                TypedArrayKind.Int32Array => (double)BinaryPrimitives.ReadInt32LittleEndian(at),
                TypedArrayKind.Uint32Array => (double)BinaryPrimitives.ReadUInt32LittleEndian(at),
                TypedArrayKind.Float16Array => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
                TypedArrayKind.Float32Array => (double)BinaryPrimitives.ReadSingleLittleEndian(at),
                TypedArrayKind.Float64Array => BinaryPrimitives.ReadDoubleLittleEndian(at),
                TypedArrayKind.BigInt64Array => new JsBigInt(BinaryPrimitives.ReadInt64LittleEndian(at)),
                TypedArrayKind.BigUint64Array => new JsBigInt(BinaryPrimitives.ReadUInt64LittleEndian(at)),
                _ => (double)at[0],
            };
        }
    }

    /// <summary>A typed array of these numbers, converted as JavaScript converts them (modulo, or clamped).</summary>
    public static JsTypedArray FromNumbers(TypedArrayKind kind, IReadOnlyList<double> numbers)
    {
        int size = SizeOf(kind);
        byte[] bytes = new byte[numbers.Count * size];
        for (int i = 0; i < numbers.Count; i++)
        {
            Store(kind, bytes.AsSpan(i * size), numbers[i]);
        }

        return new JsTypedArray(kind, bytes);
    }

    /// <summary>Bytes an element of <paramref name="kind"/>.</summary>
    public static int SizeOf(TypedArrayKind kind) => kind switch
    {
        TypedArrayKind.Int16Array or TypedArrayKind.Uint16Array or TypedArrayKind.Float16Array => 2,
        TypedArrayKind.Int32Array or TypedArrayKind.Uint32Array or TypedArrayKind.Float32Array => 4,
        TypedArrayKind.Float64Array or TypedArrayKind.BigInt64Array or TypedArrayKind.BigUint64Array => 8,
        _ => 1,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}({Length})";

    JsValue IJsonForm.ToJson()
    {
        if (Kind == TypedArrayKind.Buffer)
        {
            return new JsObject { ["type"] = "Buffer", ["data"] = new JsArray(_bytes.Select(JsValue? (b) => (int)b)) };
        }

        JsObject form = [];
        for (int i = 0; i < Length && Kind != TypedArrayKind.DataView; i++)
        {
            form[i.ToString(System.Globalization.CultureInfo.InvariantCulture)] = this[i];
        }

        return form;
    }

    private static void Store(TypedArrayKind kind, Span<byte> at, double number)
    {
        switch (kind)
        {
            case TypedArrayKind.Float16Array:
                BinaryPrimitives.WriteHalfLittleEndian(at, (Half)number);
                break;
            case TypedArrayKind.Float32Array:
                BinaryPrimitives.WriteSingleLittleEndian(at, (float)number);
                break;
            case TypedArrayKind.Float64Array:
                BinaryPrimitives.WriteDoubleLittleEndian(at, number);
                break;
            case TypedArrayKind.Uint8ClampedArray:
                at[0] = (byte)Math.Round(Math.Clamp(double.IsNaN(number) ? 0 : number, 0, 255), MidpointRounding.ToEven);
                break;
            default:
                ulong bits = Modulo64(number);
                for (int i = 0; i < SizeOf(kind); i++)
                {
                    at[i] = (byte)(bits >> (8 * i));
                }

                break;
        }
    }

    private static ulong Modulo64(double number)
    {
        if (!double.IsFinite(number))
        {
            return 0;
        }

        double whole = Math.Truncate(number);
        return Math.Abs(whole) < long.MaxValue
            ? unchecked((ulong)(long)whole)
            : (ulong)(new BigInteger(whole) & ulong.MaxValue);
    }
}
