namespace DcpWorker.Engine.Keystores;

/// <summary>Multiples of secp256k1's generator: 1 to 15 times 16^i for each of the 64 nibbles of a scalar, with Z = 1.</summary>
internal static class GeneratorTable
{
    private const int Windows = 64;
    private const int Multiples = 15;

    private static readonly (FieldElement X, FieldElement Y)[] Table = Make();

    /// <summary>The multiple of the generator; reads the whole of each window, so that the scalar does not show in what is touched.</summary>
    public static CurvePoint Multiply(in Scalar scalar)
    {
        CurvePoint sum = CurvePoint.Neutral;
        for (int i = 0; i < Windows; i++)
        {
            uint nibble = scalar.Nibble(i);
            FieldElement x = FieldElement.Zero;
            FieldElement y = FieldElement.Zero;
            for (int j = 0; j < Multiples; j++)
            {
                ulong mask = IsEqual(nibble, (uint)j + 1);
                (FieldElement X, FieldElement Y) entry = Table[(i * Multiples) + j];
                x = FieldElement.Select(mask, entry.X, x);
                y = FieldElement.Select(mask, entry.Y, y);
            }

            sum = CurvePoint.Select(IsEqual(nibble, 0), sum, CurvePoint.AddAffine(sum, x, y));
        }

        return sum;
    }

    /// <summary>As <see cref="Multiply"/>, for scalars that everybody may know.</summary>
    public static CurvePoint MultiplyPublic(in Scalar scalar)
    {
        CurvePoint sum = CurvePoint.Neutral;
        for (int i = 0; i < Windows; i++)
        {
            if (scalar.Nibble(i) is > 0 and uint nibble)
            {
                ref readonly (FieldElement X, FieldElement Y) entry = ref Table[(i * Multiples) + (int)nibble - 1];
                sum = CurvePoint.AddAffine(sum, entry.X, entry.Y);
            }
        }

        return sum;
    }

    /// <summary>All ones when equal.</summary>
    private static ulong IsEqual(uint a, uint b) => (ulong)((long)((ulong)(a ^ b) - 1) >> 63);

    private static (FieldElement X, FieldElement Y)[] Make()
    {
        CurvePoint power = new(
            FieldElement.Read(Convert.FromHexString("79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798")),
            FieldElement.Read(Convert.FromHexString("483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8")),
            FieldElement.One);
        CurvePoint[] points = new CurvePoint[Windows * Multiples];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = i % Multiples == 0 ? power : points[i - 1] + power;
            if (i % Multiples == Multiples - 1)
            {
                power = points[i] + power;
            }
        }

        // one inversion for all: each Z is inverted by the product of the others
        FieldElement[] products = new FieldElement[points.Length];
        FieldElement product = FieldElement.One;
        for (int i = 0; i < points.Length; i++)
        {
            products[i] = product;
            product *= points[i].Z;
        }

        FieldElement inverse = product.Invert();
        (FieldElement X, FieldElement Y)[] table = new (FieldElement X, FieldElement Y)[points.Length];
        for (int i = points.Length - 1; i >= 0; i--)
        {
            FieldElement z = inverse * products[i];
            table[i] = (points[i].X * z, points[i].Y * z);
            inverse *= points[i].Z;
        }

        return table;
    }
}
