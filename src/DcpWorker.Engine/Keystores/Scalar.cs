using System.Buffers.Binary;

namespace DcpWorker.Engine.Keystores;

/// <summary>A number modulo the order n of secp256k1's group, always below n, in four limbs. No operation branches on the value.</summary>
internal readonly struct Scalar
{
    private const ulong N0 = 0xBFD25E8CD0364141;
    private const ulong N1 = 0xBAAEDCE6AF48A03B;
    private const ulong N2 = 0xFFFFFFFFFFFFFFFE;
    private const ulong N3 = 0xFFFFFFFFFFFFFFFF;

    private readonly ulong _0;
    private readonly ulong _1;
    private readonly ulong _2;
    private readonly ulong _3;

    private Scalar(ulong l0, ulong l1, ulong l2, ulong l3) => (_0, _1, _2, _3) = (l0, l1, l2, l3);

    public bool IsZero => (_0 | _1 | _2 | _3) == 0;

    /// <summary>Whether it is above n / 2.</summary>
    public bool IsHigh
    {
        get
        {
            Scalar negative = -this;
            ulong borrow = 0;
            Limbs.Subtract(negative._0, _0, ref borrow);
            Limbs.Subtract(negative._1, _1, ref borrow);
            Limbs.Subtract(negative._2, _2, ref borrow);
            Limbs.Subtract(negative._3, _3, ref borrow);
            return borrow != 0;
        }
    }

    /// <summary>2^256 modulo n, three limbs.</summary>
    private static ReadOnlySpan<ulong> Excess => [0x402DA1732FC9BEBF, 0x4551231950B75FC4, 1];

    /// <summary>The number of 32 big-endian bytes modulo n, and whether it was below n already.</summary>
    public static Scalar Read(ReadOnlySpan<byte> bytes, out bool isReduced) =>
        SubtractOrder(Limbs.Read(bytes, 0), Limbs.Read(bytes, 1), Limbs.Read(bytes, 2), Limbs.Read(bytes, 3), 0, out isReduced);

    public static Scalar operator +(in Scalar a, in Scalar b)
    {
        ulong carry = 0;
        ulong r0 = Limbs.Add(a._0, b._0, ref carry);
        ulong r1 = Limbs.Add(a._1, b._1, ref carry);
        ulong r2 = Limbs.Add(a._2, b._2, ref carry);
        ulong r3 = Limbs.Add(a._3, b._3, ref carry);
        return SubtractOrder(r0, r1, r2, r3, carry, out _);
    }

    public static Scalar operator -(in Scalar a)
    {
        ulong mask = 0 - ((a._0 | a._1 | a._2 | a._3) == 0 ? 0UL : 1);
        ulong borrow = 0;
        ulong r0 = Limbs.Subtract(N0, a._0, ref borrow);
        ulong r1 = Limbs.Subtract(N1, a._1, ref borrow);
        ulong r2 = Limbs.Subtract(N2, a._2, ref borrow);
        ulong r3 = Limbs.Subtract(N3, a._3, ref borrow);
        return new(r0 & mask, r1 & mask, r2 & mask, r3 & mask);
    }

    public static Scalar operator *(in Scalar a, in Scalar b)
    {
        Span<ulong> product = stackalloc ulong[8];
        product.Clear();
        AddProduct(product, [a._0, a._1, a._2, a._3], [b._0, b._1, b._2, b._3]);

        // each step replaces what is above 2^256 by that times 2^256 - n
        Span<ulong> folded = stackalloc ulong[8];
        folded.Clear();
        product[..4].CopyTo(folded);
        AddProduct(folded, product[4..], Excess);
        Span<ulong> again = stackalloc ulong[7];
        again.Clear();
        folded[..4].CopyTo(again);
        AddProduct(again, folded[4..7], Excess);
        Span<ulong> last = stackalloc ulong[5];
        last.Clear();
        again[..4].CopyTo(last);
        AddProduct(last, again[4..5], Excess);
        return SubtractOrder(last[0], last[1], last[2], last[3], last[4], out _);
    }

    /// <summary>The inverse, by Fermat; 0 for 0.</summary>
    public Scalar Invert()
    {
        // n - 2, four bits at a time
        Span<Scalar> powers = stackalloc Scalar[16];
        powers[0] = new Scalar(1, 0, 0, 0);
        for (int i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * this;
        }

        Scalar result = powers[15];
        for (int i = 62; i >= 0; i--)
        {
            result *= result;
            result *= result;
            result *= result;
            result *= result;
            ulong limb = (i / 16) switch { 0 => N0 - 2, 1 => N1, 2 => N2, _ => N3 };
            result *= powers[(int)(limb >> (4 * (i % 16))) & 15];
        }

        return result;
    }

    /// <summary>Bits 4·<paramref name="index"/> to 4·index + 3.</summary>
    public uint Nibble(int index) => (uint)(((index / 16) switch { 0 => _0, 1 => _1, 2 => _2, _ => _3 }) >> (4 * (index % 16))) & 15;

    /// <summary>32 bytes, big-endian.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _3);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], _1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], _0);
    }

    /// <summary>Adds a·b; what goes beyond the end of <paramref name="sum"/> is known to be zero.</summary>
    private static void AddProduct(Span<ulong> sum, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            ulong carry = 0;
            for (int j = 0; j < b.Length; j++)
            {
                sum[i + j] = Limbs.MultiplyAdd(a[i], b[j], sum[i + j], ref carry);
            }

            for (int k = i + b.Length; k < sum.Length; k++)
            {
                ulong total = sum[k] + carry;
                carry = total < carry ? 1UL : 0;
                sum[k] = total;
            }
        }
    }

    // for numbers below 2n, with their bit 256 in high
    private static Scalar SubtractOrder(ulong r0, ulong r1, ulong r2, ulong r3, ulong high, out bool isReduced)
    {
        ulong borrow = 0;
        ulong s0 = Limbs.Subtract(r0, N0, ref borrow);
        ulong s1 = Limbs.Subtract(r1, N1, ref borrow);
        ulong s2 = Limbs.Subtract(r2, N2, ref borrow);
        ulong s3 = Limbs.Subtract(r3, N3, ref borrow);
        ulong keep = 0 - (borrow & ~high & 1);
        isReduced = keep != 0;
        return new(s0 ^ (keep & (s0 ^ r0)), s1 ^ (keep & (s1 ^ r1)), s2 ^ (keep & (s2 ^ r2)), s3 ^ (keep & (s3 ^ r3)));
    }
}
