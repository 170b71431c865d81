using System.Globalization;
using System.Numerics;

namespace DcpWorker.Engine.Keystores;

/// <summary>
/// A point of secp256k1 times a scalar that everybody may know. The curve has a cheap multiple, λ·(x, y) = (β·x, y), so the scalar
/// is split into two of half the length (Gallant, Lambert and Vanstone 2001).
/// </summary>
internal static class PublicMultiplication
{
    /// <summary>Digits are odd and below 2^(Width - 1).</summary>
    private const int Width = 5;

    private static readonly BigInteger Order = Hex("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141");

    // a short basis of the pairs (a, b) with a + b·λ = 0 modulo the order: (A1, -B1) and (A2, A1)
    private static readonly BigInteger A1 = Hex("3086D221A7D46BCDE86C90E49284EB15");
    private static readonly BigInteger B1 = Hex("E4437ED6010E88286F547FA90ABFE4C3");
    private static readonly BigInteger A2 = Hex("114CA50F7A8E2F3F657C1108D9D44CFD8");
    private static readonly FieldElement Beta = FieldElement.Read(Convert.FromHexString("7AE96A2B657C07106E64479EAC3434E99CF0497512F58995C1396C28719501EE"));

    public static CurvePoint Multiply(in CurvePoint point, in Scalar scalar)
    {
        Span<byte> bytes = stackalloc byte[32];
        scalar.Write(bytes);
        (BigInteger first, BigInteger second) = Split(new BigInteger(bytes, isUnsigned: true, isBigEndian: true));

        Span<CurvePoint> odd = stackalloc CurvePoint[1 << (Width - 2)];
        odd[0] = point;
        CurvePoint twice = point.Double();
        for (int i = 1; i < odd.Length; i++)
        {
            odd[i] = odd[i - 1] + twice;
        }

        Span<sbyte> firstDigits = stackalloc sbyte[130];
        Span<sbyte> secondDigits = stackalloc sbyte[130];
        firstDigits.Clear();
        secondDigits.Clear();
        int length = Math.Max(Recode(first, firstDigits), Recode(second, secondDigits));
        CurvePoint sum = CurvePoint.Neutral;
        for (int i = length - 1; i >= 0; i--)
        {
            sum = sum.Double();
            if (firstDigits[i] != 0)
            {
                sum += Odd(odd, firstDigits[i]);
            }

            if (secondDigits[i] != 0)
            {
                CurvePoint multiple = Odd(odd, secondDigits[i]);
                sum += new CurvePoint(multiple.X * Beta, multiple.Y, multiple.Z);
            }
        }

        return sum;
    }

    /// <summary>Two numbers of at most 128 bits with first + second·λ = scalar.</summary>
    private static (BigInteger First, BigInteger Second) Split(BigInteger scalar)
    {
        BigInteger c1 = Rounded(A1 * scalar);
        BigInteger c2 = Rounded(B1 * scalar);
        return (scalar - (c1 * A1) - (c2 * A2), (c1 * B1) - (c2 * A1));
    }

    private static BigInteger Rounded(BigInteger product) => (product + (Order >> 1)) / Order;

    private static CurvePoint Odd(ReadOnlySpan<CurvePoint> odd, int digit) => digit > 0 ? odd[digit / 2] : -odd[-digit / 2];

    /// <summary>Signed odd digits with at least four zeros after each, lowest first; returns how many.</summary>
    private static int Recode(BigInteger number, Span<sbyte> digits)
    {
        UInt128 rest = (UInt128)BigInteger.Abs(number);
        int length = 0;
        for (int i = 0; rest != 0; i++, rest >>= 1)
        {
            if (((uint)rest & 1) == 0)
            {
                continue;
            }

            int digit = (int)((uint)rest & ((1 << Width) - 1));
            digit = digit >= 1 << (Width - 1) ? digit - (1 << Width) : digit;
            rest = digit > 0 ? rest - (UInt128)digit : rest + (UInt128)(-digit);
            digits[i] = (sbyte)(number.Sign * digit);
            length = i + 1;
        }

        return length;
    }

    private static BigInteger Hex(string digits) => BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
