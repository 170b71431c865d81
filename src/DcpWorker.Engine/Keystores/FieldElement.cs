using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DcpWorker.Engine.Keystores;

/// <summary>
/// A number modulo the prime of secp256k1, p = 2^256 - 2^32 - 977, in four limbs. Kept below 2^256; made smaller than p only when
/// compared or printed. No operation branches on the value.
/// </summary>
internal readonly struct FieldElement
{
    /// <summary>2^256 modulo p.</summary>
    private const ulong Excess = 0x1000003D1;

    private readonly ulong _0;
    private readonly ulong _1;
    private readonly ulong _2;
    private readonly ulong _3;

    private FieldElement(ulong l0, ulong l1, ulong l2, ulong l3) => (_0, _1, _2, _3) = (l0, l1, l2, l3);

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0);

    public bool IsOdd => (Normalized()._0 & 1) != 0;

    public bool IsZero
    {
        get
        {
            FieldElement n = Normalized();
            return (n._0 | n._1 | n._2 | n._3) == 0;
        }
    }

    /// <summary>The element of 32 big-endian bytes; numbers from p on are reduced.</summary>
    public static FieldElement Read(ReadOnlySpan<byte> bytes) => new(Limbs.Read(bytes, 0), Limbs.Read(bytes, 1), Limbs.Read(bytes, 2), Limbs.Read(bytes, 3));

    public static FieldElement Of(ulong value) => new(value, 0, 0, 0);

    /// <summary><paramref name="a"/> when <paramref name="mask"/> is all ones, <paramref name="b"/> when it is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement Select(ulong mask, in FieldElement a, in FieldElement b) => new(
        b._0 ^ (mask & (a._0 ^ b._0)),
        b._1 ^ (mask & (a._1 ^ b._1)),
        b._2 ^ (mask & (a._2 ^ b._2)),
        b._3 ^ (mask & (a._3 ^ b._3)));

    public static FieldElement operator +(in FieldElement a, in FieldElement b)
    {
        ulong carry = 0;
        ulong r0 = Limbs.Add(a._0, b._0, ref carry);
        ulong r1 = Limbs.Add(a._1, b._1, ref carry);
        ulong r2 = Limbs.Add(a._2, b._2, ref carry);
        ulong r3 = Limbs.Add(a._3, b._3, ref carry);
        return Fold(r0, r1, r2, r3, carry * Excess);
    }

    public static FieldElement operator -(in FieldElement a, in FieldElement b)
    {
        ulong borrow = 0;
        ulong r0 = Limbs.Subtract(a._0, b._0, ref borrow);
        ulong r1 = Limbs.Subtract(a._1, b._1, ref borrow);
        ulong r2 = Limbs.Subtract(a._2, b._2, ref borrow);
        ulong r3 = Limbs.Subtract(a._3, b._3, ref borrow);
        ulong excess = borrow * Excess;
        borrow = 0;
        r0 = Limbs.Subtract(r0, excess, ref borrow);
        r1 = Limbs.Subtract(r1, 0, ref borrow);
        r2 = Limbs.Subtract(r2, 0, ref borrow);
        r3 = Limbs.Subtract(r3, 0, ref borrow);

        // a second borrow leaves a number close to 2^256, so that this one goes no further
        return new(r0 - (borrow * Excess), r1, r2, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static FieldElement operator *(in FieldElement a, in FieldElement b)
    {
        ulong c = 0;
        ulong r0 = Limbs.MultiplyAdd(a._0, b._0, 0, ref c);
        ulong r1 = Limbs.MultiplyAdd(a._0, b._1, 0, ref c);
        ulong r2 = Limbs.MultiplyAdd(a._0, b._2, 0, ref c);
        ulong r3 = Limbs.MultiplyAdd(a._0, b._3, 0, ref c);
        ulong r4 = c;
        c = 0;
        r1 = Limbs.MultiplyAdd(a._1, b._0, r1, ref c);
        r2 = Limbs.MultiplyAdd(a._1, b._1, r2, ref c);
        r3 = Limbs.MultiplyAdd(a._1, b._2, r3, ref c);
        r4 = Limbs.MultiplyAdd(a._1, b._3, r4, ref c);
        ulong r5 = c;
        c = 0;
        r2 = Limbs.MultiplyAdd(a._2, b._0, r2, ref c);
        r3 = Limbs.MultiplyAdd(a._2, b._1, r3, ref c);
        r4 = Limbs.MultiplyAdd(a._2, b._2, r4, ref c);
        r5 = Limbs.MultiplyAdd(a._2, b._3, r5, ref c);
        ulong r6 = c;
        c = 0;
        r3 = Limbs.MultiplyAdd(a._3, b._0, r3, ref c);
        r4 = Limbs.MultiplyAdd(a._3, b._1, r4, ref c);
        r5 = Limbs.MultiplyAdd(a._3, b._2, r5, ref c);
        r6 = Limbs.MultiplyAdd(a._3, b._3, r6, ref c);
        return Reduce(r0, r1, r2, r3, r4, r5, r6, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FieldElement Square()
    {
        // products of different limbs once, doubled, then the squares
        ulong c = 0;
        ulong r1 = Limbs.MultiplyAdd(_0, _1, 0, ref c);
        ulong r2 = Limbs.MultiplyAdd(_0, _2, 0, ref c);
        ulong r3 = Limbs.MultiplyAdd(_0, _3, 0, ref c);
        ulong r4 = c;
        c = 0;
        r3 = Limbs.MultiplyAdd(_1, _2, r3, ref c);
        r4 = Limbs.MultiplyAdd(_1, _3, r4, ref c);
        ulong r5 = c;
        c = 0;
        r5 = Limbs.MultiplyAdd(_2, _3, r5, ref c);
        ulong r6 = c;
        ulong r7 = r6 >> 63;
        r6 = (r6 << 1) | (r5 >> 63);
        r5 = (r5 << 1) | (r4 >> 63);
        r4 = (r4 << 1) | (r3 >> 63);
        r3 = (r3 << 1) | (r2 >> 63);
        r2 = (r2 << 1) | (r1 >> 63);
        r1 <<= 1;

        c = 0;
        ulong high = Math.BigMul(_0, _0, out ulong r0);
        r1 = Limbs.Add(r1, high, ref c);
        high = Math.BigMul(_1, _1, out ulong low);
        r2 = Limbs.Add(r2, low, ref c);
        r3 = Limbs.Add(r3, high, ref c);
        high = Math.BigMul(_2, _2, out low);
        r4 = Limbs.Add(r4, low, ref c);
        r5 = Limbs.Add(r5, high, ref c);
        high = Math.BigMul(_3, _3, out low);
        r6 = Limbs.Add(r6, low, ref c);
        r7 = Limbs.Add(r7, high, ref c);
        return Reduce(r0, r1, r2, r3, r4, r5, r6, r7);
    }

    /// <summary>Times a number below 2^31.</summary>
    public FieldElement Times(ulong small)
    {
        ulong c = 0;
        ulong r0 = Limbs.MultiplyAdd(_0, small, 0, ref c);
        ulong r1 = Limbs.MultiplyAdd(_1, small, 0, ref c);
        ulong r2 = Limbs.MultiplyAdd(_2, small, 0, ref c);
        ulong r3 = Limbs.MultiplyAdd(_3, small, 0, ref c);
        return Fold(r0, r1, r2, r3, c * Excess);
    }

    /// <summary>The inverse, by Fermat; 0 for 0.</summary>
    public FieldElement Invert()
    {
        // p - 2 in binary: 223 ones, a zero, 22 ones, 0000101101
        (FieldElement x2, FieldElement x22, FieldElement x223) = PowersOfOnes();
        FieldElement t = x223.Square(23) * x22;
        t = t.Square(5) * this;
        t = t.Square(3) * x2;
        return t.Square(2) * this;
    }

    /// <summary>The square root, if there is one; else the root of the negated number.</summary>
    public FieldElement SquareRoot()
    {
        // (p + 1) / 4 in binary: 223 ones, a zero, 22 ones, 00001100
        (FieldElement x2, FieldElement x22, FieldElement x223) = PowersOfOnes();
        FieldElement t = x223.Square(23) * x22;
        t = t.Square(6) * x2;
        return t.Square(2);
    }

    public bool EqualTo(in FieldElement other) => (this - other).IsZero;

    /// <summary>32 bytes, big-endian.</summary>
    public void Write(Span<byte> bytes)
    {
        FieldElement n = Normalized();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, n._3);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], n._2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], n._1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], n._0);
    }

    // this to the power of 2, 22 and 223 ones in binary
    private (FieldElement X2, FieldElement X22, FieldElement X223) PowersOfOnes()
    {
        FieldElement x2 = Square() * this;
        FieldElement x3 = x2.Square() * this;
        FieldElement x6 = x3.Square(3) * x3;
        FieldElement x9 = x6.Square(3) * x3;
        FieldElement x11 = x9.Square(2) * x2;
        FieldElement x22 = x11.Square(11) * x11;
        FieldElement x44 = x22.Square(22) * x22;
        FieldElement x88 = x44.Square(44) * x44;
        FieldElement x176 = x88.Square(88) * x88;
        FieldElement x220 = x176.Square(44) * x44;
        return (x2, x22, x220.Square(3) * x3);
    }

    private FieldElement Square(int times)
    {
        FieldElement result = this;
        for (int i = 0; i < times; i++)
        {
            result = result.Square();
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Reduce(ulong r0, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5, ulong r6, ulong r7)
    {
        ulong c = 0;
        r0 = Limbs.MultiplyAdd(r4, Excess, r0, ref c);
        r1 = Limbs.MultiplyAdd(r5, Excess, r1, ref c);
        r2 = Limbs.MultiplyAdd(r6, Excess, r2, ref c);
        r3 = Limbs.MultiplyAdd(r7, Excess, r3, ref c);
        ulong high = Math.BigMul(c, Excess, out ulong low);
        c = 0;
        r0 = Limbs.Add(r0, low, ref c);
        r1 = Limbs.Add(r1, high, ref c);
        r2 = Limbs.Add(r2, 0, ref c);
        r3 = Limbs.Add(r3, 0, ref c);

        // after another overflow little is left, so that this one goes no further
        return new(r0 + (c * Excess), r1, r2, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Fold(ulong r0, ulong r1, ulong r2, ulong r3, ulong excess)
    {
        ulong c = 0;
        r0 = Limbs.Add(r0, excess, ref c);
        r1 = Limbs.Add(r1, 0, ref c);
        r2 = Limbs.Add(r2, 0, ref c);
        r3 = Limbs.Add(r3, 0, ref c);
        return new(r0 + (c * Excess), r1, r2, r3);
    }

    private FieldElement Normalized()
    {
        // p and more overflow when 2^256 - p is added
        ulong c = 0;
        ulong r0 = Limbs.Add(_0, Excess, ref c);
        ulong r1 = Limbs.Add(_1, 0, ref c);
        ulong r2 = Limbs.Add(_2, 0, ref c);
        ulong r3 = Limbs.Add(_3, 0, ref c);
        return Select(0 - c, new FieldElement(r0, r1, r2, r3), this);
    }
}
