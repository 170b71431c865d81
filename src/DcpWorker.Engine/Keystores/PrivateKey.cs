using System.Security.Cryptography;

namespace DcpWorker.Engine.Keystores;

/// <summary>A secp256k1 private key. It is never printed, and is wiped when disposed of.</summary>
public sealed class PrivateKey : IDisposable
{
    private readonly byte[] _key;
    private bool _wiped;

    /// <summary>The key of these 32 bytes; they are copied.</summary>
    /// <exception cref="KeyFormatException">Zero, or not below the order of the curve.</exception>
    public PrivateKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != 32 || !Secp256k1.IsValidKey(key))
        {
            throw new KeyFormatException("Not a private key: 32 bytes are expected, as a number from 1 to the order of secp256k1 less 1.");
        }

        _key = GC.AllocateUninitializedArray<byte>(32, pinned: true);
        key.CopyTo(_key);
        Address = new Address(Keccak256.Hash(Secp256k1.PublicKey(_key)).AsSpan(12));
    }

    /// <summary>The address of its public key.</summary>
    public Address Address { get; }

    /// <summary>A new key from the system's random source.</summary>
    public static PrivateKey Create()
    {
        Span<byte> bytes = stackalloc byte[32];
        do
        {
            RandomNumberGenerator.Fill(bytes);
        }
        while (!Secp256k1.IsValidKey(bytes));

        PrivateKey key = new(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>Reads 64 hex digits, with or without <c>0x</c>.</summary>
    /// <exception cref="KeyFormatException">Not a private key. The message never shows what was read.</exception>
    public static PrivateKey Parse(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        byte[] bytes = new byte[32];
        try
        {
            if (digits.Length != 64 || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            {
                throw new KeyFormatException("Not a private key: 64 hex digits are expected, optionally after 0x.");
            }

            return new PrivateKey(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Copies the 32 bytes into <paramref name="destination"/>, which the caller must wipe.</summary>
    public void CopyTo(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_wiped, this);
        _key.CopyTo(destination);
    }

    /// <summary>Signs <paramref name="text"/> as an Ethereum personal message (<see cref="PersonalMessage"/>).</summary>
    public Signature Sign(string text) => SignHash(PersonalMessage.Hash(text));

    /// <summary>Signs a 32-byte hash (RFC 6979, low S).</summary>
    public Signature SignHash(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, 32, nameof(hash));
        ObjectDisposedException.ThrowIf(_wiped, this);
        (byte[] r, byte[] s, int recovery) = Secp256k1.Sign(_key, hash);
        return new Signature(r, s, recovery + 27);
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        _wiped = true;
    }

    /// <summary>The address, never the key.</summary>
    public override string ToString() => $"private key of {Address}";
}
