using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Keystores;

/// <summary>A recoverable ECDSA signature: the address of the signer follows from it and the signed text.</summary>
public sealed class Signature
{
    /// <summary>A signature of 32-byte big-endian <paramref name="r"/> and <paramref name="s"/>, and <paramref name="v"/> = recovery id + 27.</summary>
    public Signature(byte[] r, byte[] s, int v)
    {
        if (r.Length != 32 || s.Length != 32)
        {
            throw new KeyFormatException("A signature's r and s have 32 bytes each.");
        }

        (R, S, V) = (r, s, v);
    }

    /// <summary>r, 32 bytes big-endian.</summary>
    public byte[] R { get; }

    /// <summary>s, 32 bytes big-endian.</summary>
    public byte[] S { get; }

    /// <summary>Recovery id + 27.</summary>
    public int V { get; }

    /// <summary>The address that signed <paramref name="text"/> as a personal message; null when the signature is of no key.</summary>
    public Address? Recover(string text) => RecoverHash(PersonalMessage.Hash(text));

    /// <summary>The address that signed this 32-byte hash; null when the signature is of no key.</summary>
    public Address? RecoverHash(ReadOnlySpan<byte> hash) => Secp256k1.Recover(hash, R, S, V - 27) is { } key
        ? new Address(Keccak256.Hash(key).AsSpan(12))
        : null;

    /// <summary>The wire form: <c>{r:{type:'Buffer',data:[…]},s:{…},v}</c>.</summary>
    public JsObject ToJs() => new() { ["r"] = Buffer(R), ["s"] = Buffer(S), ["v"] = V };

    /// <summary>Reads the wire form; null when it is not one.</summary>
    public static Signature? FromJs(JsValue value) =>
        Bytes(value["r"]) is { } r && Bytes(value["s"]) is { } s && value["v"].AsInt32() is { } v ? new Signature(r, s, v) : null;

    private static JsObject Buffer(byte[] bytes) => new()
    {
        ["type"] = "Buffer",
        ["data"] = new JsArray(bytes.Select(JsValue? (b) => (int)b)),
    };

    private static byte[]? Bytes(JsValue buffer)
    {
        if (buffer["data"] is not JsArray { Items.Count: 32 } data)
        {
            return null;
        }

        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (data[i].AsInt32() is not { } b || b is < 0 or > 255)
            {
                return null;
            }

            bytes[i] = (byte)b;
        }

        return bytes;
    }
}
