using System.Globalization;
using System.Numerics;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Engine.Tests.Keystores;

public sealed class Secp256k1Tests
{
    private const int Cases = 1000;
    private static readonly BigInteger Prime = Number("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
    private static readonly BigInteger Order = Number("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    [Fact]
    public void Keys_signatures_and_recovered_keys_are_those_of_another_implementation()
    {
        Random random = new(1);
        for (int i = 0; i < Cases; i++)
        {
            byte[] key = Bytes(1 + (Operand(random) % (Order - 1)));
            byte[] hash = Bytes(Operand(random));
            byte[] publicKey = Secp256k1.PublicKey(key);
            Assert.Equal(BouncyCurve.PublicKey(key), publicKey);
            (byte[] r, byte[] s, int id) = Secp256k1.Sign(key, hash);
            Assert.Equal(BouncyCurve.Sign(key, hash), (r, s), new PairComparer());
            Assert.Equal(publicKey, Secp256k1.Recover(hash, r, s, id));
        }
    }

    [Fact]
    public void What_random_signatures_recover_is_what_another_implementation_recovers()
    {
        Random random = new(2);
        int recovered = 0;
        for (int i = 0; i < Cases; i++)
        {
            byte[] hash = Bytes(Operand(random));
            byte[] r = Bytes(1 + (Operand(random) % (Order - 1)));
            byte[] s = Bytes(1 + (Operand(random) % (Order - 1)));
            int id = random.Next(4);
            byte[]? key = Secp256k1.Recover(hash, r, s, id);
            Assert.Equal(BouncyCurve.Recover(hash, r, s, id), key);
            recovered += key is null ? 0 : 1;
        }

        Assert.InRange(recovered, Cases / 10, Cases);
    }

    [Fact]
    public void An_abscissa_beyond_the_order_is_recovered_too()
    {
        // the smallest r with r + n on the curve, found by trying
        for (int r = 1; r < 50; r++)
        {
            byte[] hash = Bytes(r * 12345);
            Assert.Equal(BouncyCurve.Recover(hash, Bytes(r), Bytes(7), 2), Secp256k1.Recover(hash, Bytes(r), Bytes(7), 2));
            Assert.Equal(BouncyCurve.Recover(hash, Bytes(r), Bytes(7), 3), Secp256k1.Recover(hash, Bytes(r), Bytes(7), 3));
        }
    }

    [Fact]
    public void A_signature_of_the_neutral_point_is_of_nobody()
    {
        // s·R = e·G for R = G, r = x(G), s = e
        byte[] r = Convert.FromHexString("79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798");
        Assert.Null(Secp256k1.Recover(Bytes(5), r, Bytes(5), 0));
    }

    [Fact]
    public void Field_arithmetic_is_arithmetic_modulo_the_prime()
    {
        Random random = new(3);
        for (int i = 0; i < 20_000; i++)
        {
            BigInteger a = Operand(random);
            BigInteger b = Operand(random);
            FieldElement x = FieldElement.Read(Bytes(a));
            FieldElement y = FieldElement.Read(Bytes(b));
            Assert.Equal((a + b) % Prime, Value(x + y));
            Assert.Equal(Modulo(a - b, Prime), Value(x - y));
            Assert.Equal(a * b % Prime, Value(x * y));
            Assert.Equal(a * a % Prime, Value(x.Square()));
            Assert.Equal(a * 21 % Prime, Value(x.Times(21)));
            Assert.Equal(a % Prime == b % Prime, x.EqualTo(y));
            Assert.Equal(a % Prime == 0, x.IsZero);
            Assert.Equal(!(a % Prime).IsEven, x.IsOdd);
            if (i % 100 == 0)
            {
                Assert.Equal(BigInteger.ModPow(a, Prime - 2, Prime), Value(x.Invert()));
                Assert.Equal(BigInteger.ModPow(a, (Prime + 1) / 4, Prime), Value(x.SquareRoot()));
            }
        }
    }

    [Fact]
    public void Scalar_arithmetic_is_arithmetic_modulo_the_order()
    {
        Random random = new(4);
        for (int i = 0; i < 20_000; i++)
        {
            BigInteger a = Operand(random);
            BigInteger b = Operand(random);
            Scalar x = Scalar.Read(Bytes(a), out bool isReduced);
            Scalar y = Scalar.Read(Bytes(b), out _);
            Assert.Equal(a < Order, isReduced);
            Assert.Equal((a + b) % Order, Value(x + y));
            Assert.Equal(a * b % Order, Value(x * y));
            Assert.Equal(Modulo(-a, Order), Value(-x));
            Assert.Equal(a % Order > Order / 2, x.IsHigh);
            Assert.Equal(a % Order == 0, x.IsZero);
            if (i % 100 == 0)
            {
                Assert.Equal(BigInteger.ModPow(a, Order - 2, Order), Value(x.Invert()));
            }
        }
    }

    /// <summary>Numbers below 2^256 with a liking for the edges: long runs of ones and zeros, and neighbours of the moduli.</summary>
    private static BigInteger Operand(Random random)
    {
        byte[] bytes = new byte[32];
        switch (random.Next(4))
        {
            case 0:
                return Modulo((random.Next(2) == 0 ? Prime : Order) + random.Next(-3, 4), BigInteger.One << 256);
            case 1:
                BigInteger runs = BigInteger.Zero;
                for (int i = 0; i < 8; i++)
                {
                    runs ^= (BigInteger.One << random.Next(257)) - 1;
                }

                return runs % (BigInteger.One << 256);
            default:
                random.NextBytes(bytes);
                return new BigInteger(bytes, isUnsigned: true);
        }
    }

    private static BigInteger Modulo(BigInteger value, BigInteger modulus) => ((value % modulus) + modulus) % modulus;

    private static BigInteger Number(string hex) => BigInteger.Parse("0" + hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static byte[] Bytes(BigInteger value)
    {
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static BigInteger Value(FieldElement element)
    {
        byte[] bytes = new byte[32];
        element.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    private static BigInteger Value(Scalar scalar)
    {
        byte[] bytes = new byte[32];
        scalar.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    private sealed class PairComparer : IEqualityComparer<(byte[] R, byte[] S)>
    {
        public bool Equals((byte[] R, byte[] S) x, (byte[] R, byte[] S) y) => x.R.SequenceEqual(y.R) && x.S.SequenceEqual(y.S);

        public int GetHashCode((byte[] R, byte[] S) obj) => obj.R[0];
    }
}
