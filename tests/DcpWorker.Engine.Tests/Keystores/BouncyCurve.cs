using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace DcpWorker.Engine.Tests.Keystores;

/// <summary>The same operations by another implementation, Bouncy Castle, to compare with.</summary>
internal static class BouncyCurve
{
    public static readonly X9ECParameters Curve = SecNamedCurves.GetByName("secp256k1");

    public static byte[] PublicKey(byte[] key) => Curve.G.Multiply(new BigInteger(1, key)).Normalize().GetEncoded(false)[1..];

    public static (byte[] R, byte[] S) Sign(byte[] key, byte[] hash)
    {
        ECDsaSigner signer = new(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(new BigInteger(1, key), new ECDomainParameters(Curve.Curve, Curve.G, Curve.N, Curve.H)));
        BigInteger[] signature = signer.GenerateSignature(hash);
        BigInteger s = signature[1].CompareTo(Curve.N.ShiftRight(1)) > 0 ? Curve.N.Subtract(signature[1]) : signature[1];
        return (Bytes32(signature[0]), Bytes32(s));
    }

    /// <summary>Null when there is no such key.</summary>
    public static byte[]? Recover(byte[] hash, byte[] r, byte[] s, int id)
    {
        BigInteger x = id >= 2 ? new BigInteger(1, r).Add(Curve.N) : new BigInteger(1, r);
        if (x.CompareTo(Curve.Curve.Field.Characteristic) >= 0)
        {
            return null;
        }

        ECPoint point;
        try
        {
            point = Curve.Curve.DecodePoint([(byte)(2 + (id & 1)), .. Bytes32(x)]);
        }
        catch (ArgumentException)
        {
            return null;
        }

        BigInteger inverse = new BigInteger(1, r).ModInverse(Curve.N);
        ECPoint key = Curve.G.Multiply(new BigInteger(1, hash).Negate().Multiply(inverse).Mod(Curve.N))
            .Add(point.Multiply(new BigInteger(1, s).Multiply(inverse).Mod(Curve.N))).Normalize();
        return key.IsInfinity ? null : key.GetEncoded(false)[1..];
    }

    public static byte[] Bytes32(BigInteger value)
    {
        byte[] bytes = value.ToByteArrayUnsigned();
        byte[] padded = new byte[32];
        bytes.CopyTo(padded, 32 - bytes.Length);
        return padded;
    }
}
