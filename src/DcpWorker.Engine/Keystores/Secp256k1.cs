using System.Security.Cryptography;

namespace DcpWorker.Engine.Keystores;

/// <summary>
/// The elliptic curve of Ethereum and DCP (SEC 2, secp256k1): sign, recover, derive. Every message of the protocol is signed and
/// checked, so this is our own; what touches a private key runs in a time that does not depend on it.
/// </summary>
internal static class Secp256k1
{
    private static readonly byte[] Order = Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141");

    /// <summary>Whether 32 bytes are a number from 1 to the order less 1.</summary>
    public static bool IsValidKey(ReadOnlySpan<byte> key) => !Scalar.Read(key, out bool isReduced).IsZero && isReduced;

    /// <summary>X and Y of the public key, 64 bytes.</summary>
    public static byte[] PublicKey(ReadOnlySpan<byte> key) => Bytes(GeneratorTable.Multiply(Scalar.Read(key, out _)));

    /// <summary>Deterministic (RFC 6979), low-S signature of a 32-byte hash.</summary>
    public static (byte[] R, byte[] S, int RecoveryId) Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> hash)
    {
        Scalar d = Scalar.Read(key, out _);
        Scalar e = Scalar.Read(hash, out _);
        Span<byte> reducedHash = stackalloc byte[32];
        e.Write(reducedHash);
        Span<byte> memory = stackalloc byte[64];
        NonceGenerator nonces = new(memory, key, reducedHash);
        try
        {
            while (true)
            {
                Scalar k = nonces.Next();
                (FieldElement x, FieldElement y) = GeneratorTable.Multiply(k).ToAffine();
                byte[] rBytes = new byte[32];
                x.Write(rBytes);
                Scalar r = Scalar.Read(rBytes, out bool isReduced);
                Scalar s = k.Invert() * (e + (d * r));
                if (r.IsZero || s.IsZero)
                {
                    nonces.Retry();
                    continue;
                }

                int recovery = (y.IsOdd ? 1 : 0) | (isReduced ? 0 : 2);
                if (s.IsHigh)
                {
                    s = -s;
                    recovery ^= 1;
                }

                byte[] sBytes = new byte[32];
                r.Write(rBytes);
                s.Write(sBytes);
                return (rBytes, sBytes, recovery);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(memory);
        }
    }

    /// <summary>X and Y of the public key that made the signature; null when there is none.</summary>
    public static byte[]? Recover(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> rBytes, ReadOnlySpan<byte> sBytes, int recoveryId)
    {
        Scalar r = Scalar.Read(rBytes, out bool rIsReduced);
        Scalar s = Scalar.Read(sBytes, out bool sIsReduced);
        if (recoveryId is < 0 or > 3 || r.IsZero || s.IsZero || !rIsReduced || !sIsReduced)
        {
            return null;
        }

        Span<byte> abscissa = stackalloc byte[32];
        rBytes.CopyTo(abscissa);
        if (recoveryId >= 2 && !AddOrder(abscissa))
        {
            return null;
        }

        FieldElement x = FieldElement.Read(abscissa);
        FieldElement square = (x.Square() * x) + FieldElement.Of(7);
        FieldElement y = square.SquareRoot();
        if (!y.Square().EqualTo(square))
        {
            // x is not the abscissa of a point: simply no signature
            return null;
        }

        if (y.IsOdd != ((recoveryId & 1) != 0))
        {
            y = FieldElement.Zero - y;
        }

        Scalar inverse = r.Invert();
        Scalar e = Scalar.Read(hash, out _);
        CurvePoint key = GeneratorTable.MultiplyPublic(-(e * inverse))
            + PublicMultiplication.Multiply(new CurvePoint(x, y, FieldElement.One), s * inverse);
        return key.IsNeutral ? null : Bytes(key);
    }

    /// <summary>Adds the order to 32 big-endian bytes; false when the sum is no element of the field.</summary>
    private static bool AddOrder(Span<byte> number)
    {
        int carry = 0;
        for (int i = 31; i >= 0; i--)
        {
            carry += number[i] + Order[i];
            number[i] = (byte)carry;
            carry >>= 8;
        }

        Span<byte> normal = stackalloc byte[32];
        FieldElement.Read(number).Write(normal);
        return carry == 0 && normal.SequenceEqual(number);
    }

    private static byte[] Bytes(in CurvePoint point)
    {
        byte[] bytes = new byte[64];
        (FieldElement x, FieldElement y) = point.ToAffine();
        x.Write(bytes);
        y.Write(bytes.AsSpan(32));
        return bytes;
    }
}
