using System.Security.Cryptography;

namespace DcpWorker.Engine.Keystores;

/// <summary>The deterministic nonces of RFC 6979, section 3.2, with HMAC-SHA-256.</summary>
internal ref struct NonceGenerator
{
    private readonly Span<byte> _key;
    private readonly Span<byte> _value;

    /// <summary>Takes 64 bytes to work in, which the caller wipes.</summary>
    public NonceGenerator(Span<byte> memory, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> reducedHash)
    {
        _key = memory[..32];
        _value = memory.Slice(32, 32);
        _key.Clear();
        _value.Fill(1);
        Span<byte> input = stackalloc byte[97];
        privateKey.CopyTo(input[33..]);
        reducedHash.CopyTo(input[65..]);
        for (byte round = 0; round < 2; round++)
        {
            _value.CopyTo(input);
            input[32] = round;
            HMACSHA256.HashData(_key, input, _key);
            HMACSHA256.HashData(_key, _value, _value);
        }

        CryptographicOperations.ZeroMemory(input);
    }

    /// <summary>The next nonce: from 1 to the order less 1.</summary>
    public readonly Scalar Next()
    {
        while (true)
        {
            HMACSHA256.HashData(_key, _value, _value);
            Scalar nonce = Scalar.Read(_value, out bool isReduced);
            if (isReduced && !nonce.IsZero)
            {
                return nonce;
            }

            Retry();
        }
    }

    /// <summary>Passes over the last nonce, which gave no signature.</summary>
    public readonly void Retry()
    {
        Span<byte> input = stackalloc byte[33];
        _value.CopyTo(input);
        input[32] = 0;
        HMACSHA256.HashData(_key, input, _key);
        HMACSHA256.HashData(_key, _value, _value);
    }
}
