namespace DcpWorker.Engine.Keystores;

/// <summary>
/// A point of secp256k1 (y² = x³ + 7) as (X/Z, Y/Z). Sums follow the complete formulas of Renes, Costello and Batina (2016, for
/// a = 0), which hold for every pair of points, the neutral one included; so nothing branches on secrets.
/// </summary>
internal readonly struct CurvePoint(in FieldElement x, in FieldElement y, in FieldElement z)
{
    /// <summary>3·7.</summary>
    private const ulong B3 = 21;

    public static CurvePoint Neutral { get; } = new(FieldElement.Zero, FieldElement.One, FieldElement.Zero);

    public FieldElement X { get; } = x;

    public FieldElement Y { get; } = y;

    public FieldElement Z { get; } = z;

    public bool IsNeutral => Z.IsZero;

    public static CurvePoint operator -(in CurvePoint a) => new(a.X, FieldElement.Zero - a.Y, a.Z);

    public static CurvePoint operator +(in CurvePoint a, in CurvePoint b)
    {
        FieldElement xx = a.X * b.X;
        FieldElement yy = a.Y * b.Y;
        FieldElement zz = a.Z * b.Z;
        FieldElement xy = ((a.X + a.Y) * (b.X + b.Y)) - (xx + yy);
        FieldElement yz = ((a.Y + a.Z) * (b.Y + b.Z)) - (yy + zz);
        FieldElement xz = ((a.X + a.Z) * (b.X + b.Z)) - (xx + zz);
        return Finish(xx, yy, zz.Times(B3), xy, yz, xz);
    }

    /// <summary>Adds a point whose Z is 1; not the neutral one.</summary>
    public static CurvePoint AddAffine(in CurvePoint a, in FieldElement x, in FieldElement y)
    {
        FieldElement xx = a.X * x;
        FieldElement yy = a.Y * y;
        FieldElement xy = ((a.X + a.Y) * (x + y)) - (xx + yy);
        FieldElement yz = (y * a.Z) + a.Y;
        FieldElement xz = (x * a.Z) + a.X;
        return Finish(xx, yy, a.Z.Times(B3), xy, yz, xz);
    }

    public CurvePoint Double()
    {
        FieldElement yy = Y.Square();
        FieldElement yy8 = yy.Times(8);
        FieldElement bzz = Z.Square().Times(B3);
        FieldElement difference = yy - bzz.Times(3);
        FieldElement resultX = difference * (X * Y);
        return new(resultX + resultX, (difference * (yy + bzz)) + (bzz * yy8), Y * Z * yy8);
    }

    public static CurvePoint Select(ulong mask, in CurvePoint a, in CurvePoint b) =>
        new(FieldElement.Select(mask, a.X, b.X), FieldElement.Select(mask, a.Y, b.Y), FieldElement.Select(mask, a.Z, b.Z));

    /// <summary>X and Y for Z = 1; not for the neutral point.</summary>
    public (FieldElement X, FieldElement Y) ToAffine()
    {
        FieldElement inverse = Z.Invert();
        return (X * inverse, Y * inverse);
    }

    private static CurvePoint Finish(in FieldElement xx, in FieldElement yy, in FieldElement bzz, in FieldElement xy, in FieldElement yz, in FieldElement xz)
    {
        FieldElement xx3 = xx.Times(3);
        FieldElement plus = yy + bzz;
        FieldElement minus = yy - bzz;
        FieldElement bxz = xz.Times(B3);
        return new((xy * minus) - (yz * bxz), (bxz * xx3) + (minus * plus), (xx3 * xy) + (yz * plus));
    }
}
