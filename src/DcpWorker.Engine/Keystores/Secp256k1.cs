using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;

namespace DcpWorker.Engine.Keystores;

/// <summary>The elliptic curve of Ethereum and DCP (SEC 2, secp256k1): sign, recover, derive.</summary>
internal static class Secp256k1
{
    private static readonly X9ECParameters Curve = SecNamedCurves.GetByName("secp256k1");
    private static readonly ECDomainParameters Domain = new(Curve.Curve, Curve.G, Curve.N, Curve.H);
    private static readonly BigInteger HalfOrder = Curve.N.ShiftRight(1);
    private static readonly BigInteger Prime = Curve.Curve.Field.Characteristic;

    public static bool IsValidKey(byte[] key)
    {
        BigInteger d = new(1, key);
        return d.SignValue > 0 && d.CompareTo(Curve.N) < 0;
    }

    /// <summary>X and Y of the public key, 64 bytes.</summary>
    public static byte[] PublicKey(byte[] key) =>
        new FixedPointCombMultiplier().Multiply(Curve.G, new BigInteger(1, key)).Normalize().GetEncoded(false)[1..];

    /// <summary>Deterministic (RFC 6979), low-S signature of a 32-byte hash.</summary>
    public static (byte[] R, byte[] S, int RecoveryId) Sign(byte[] key, byte[] hash)
    {
        BigInteger d = new(1, key);
        HMacDsaKCalculator nonces = new(new Sha256Digest());
        nonces.Init(Curve.N, d, hash);
        BigInteger e = new(1, hash);
        while (true)
        {
            BigInteger k = nonces.NextK();
            ECPoint point = new FixedPointCombMultiplier().Multiply(Curve.G, k).Normalize();
            BigInteger x = point.AffineXCoord.ToBigInteger();
            BigInteger r = x.Mod(Curve.N);
            BigInteger s = k.ModInverse(Curve.N).Multiply(e.Add(d.Multiply(r))).Mod(Curve.N);
            if (r.SignValue == 0 || s.SignValue == 0)
            {
                continue;
            }

            int recovery = (point.AffineYCoord.ToBigInteger().TestBit(0) ? 1 : 0) | (x.CompareTo(Curve.N) >= 0 ? 2 : 0);
            if (s.CompareTo(HalfOrder) > 0)
            {
                s = Curve.N.Subtract(s);
                recovery ^= 1;
            }

            return (Bytes32(r), Bytes32(s), recovery);
        }
    }

    /// <summary>X and Y of the public key that made the signature; null when there is none.</summary>
    public static byte[]? Recover(byte[] hash, byte[] rBytes, byte[] sBytes, int recoveryId)
    {
        BigInteger r = new(1, rBytes);
        BigInteger s = new(1, sBytes);
        if (recoveryId is < 0 or > 3 || r.SignValue == 0 || s.SignValue == 0
            || r.CompareTo(Curve.N) >= 0 || s.CompareTo(Curve.N) >= 0)
        {
            return null;
        }

        BigInteger x = recoveryId >= 2 ? r.Add(Curve.N) : r;
        if (x.CompareTo(Prime) >= 0)
        {
            return null;
        }

        ECPoint point;
        try
        {
            point = Curve.Curve.DecodePoint([(byte)(2 + (recoveryId & 1)), .. Bytes32(x)]);
        }
        catch (ArgumentException)
        {
            // x is not the abscissa of a point: simply no signature
            return null;
        }

        BigInteger inverse = r.ModInverse(Curve.N);
        BigInteger u1 = new BigInteger(1, hash).Negate().Multiply(inverse).Mod(Curve.N);
        BigInteger u2 = s.Multiply(inverse).Mod(Curve.N);
        ECPoint key = ECAlgorithms.SumOfTwoMultiplies(Domain.G, u1, point, u2).Normalize();
        return key.IsInfinity ? null : key.GetEncoded(false)[1..];
    }

    private static byte[] Bytes32(BigInteger value)
    {
        byte[] bytes = value.ToByteArrayUnsigned();
        byte[] padded = new byte[32];
        bytes.CopyTo(padded, 32 - bytes.Length);
        return padded;
    }
}
