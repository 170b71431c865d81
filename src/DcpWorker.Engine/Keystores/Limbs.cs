using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DcpWorker.Engine.Keystores;

/// <summary>Steps of arithmetic on numbers of several 64-bit limbs, lowest first, without branches on their values.</summary>
internal static class Limbs
{
    /// <summary>a + b + carry; the new carry is 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong a, ulong b, ref ulong carry)
    {
        ulong sum = a + b;
        ulong total = sum + carry;
        carry = (sum < a ? 1UL : 0) + (total < sum ? 1UL : 0);
        return total;
    }

    /// <summary>a - b - borrow; the new borrow is 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Subtract(ulong a, ulong b, ref ulong borrow)
    {
        ulong difference = a - b;
        ulong total = difference - borrow;
        borrow = (a < b ? 1UL : 0) + (difference < borrow ? 1UL : 0);
        return total;
    }

    /// <summary>a·b + addend + carry; the new carry is the high limb.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd(ulong a, ulong b, ulong addend, ref ulong carry)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        low += addend;
        high += low < addend ? 1UL : 0;
        low += carry;
        high += low < carry ? 1UL : 0;
        carry = high;
        return low;
    }

    /// <summary>Limb <paramref name="index"/> of 32 bytes, big-endian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt64BigEndian(bytes[(24 - (8 * index))..]);
}
