using System.Globalization;

namespace DcpWorker.Engine.Logging;

/// <summary>Sizes and times with units, as people write them.</summary>
internal static class LogQuantities
{
    private static readonly (string Unit, double Factor)[] Sizes =
    [
        ("KIB", 1 << 10), ("MIB", 1 << 20), ("GIB", 1 << 30), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("K", 1e3), ("M", 1e6), ("G", 1e9), ("B", 1), ("", 1),
    ];

    private static readonly (string Unit, double Factor)[] Times = [("S", 1), ("MIN", 60), ("M", 60), ("H", 3600), ("D", 86400), ("W", 7 * 86400), ("", 1)];

    /// <summary>Bytes: <c>10000000</c>, <c>10MB</c>, <c>1.5 GiB</c>. Null when it is none.</summary>
    public static long? ParseSize(string text) => Parse(text, Sizes) is { } bytes and >= 1 and <= 1e15 ? (long)bytes : null;

    /// <summary>A time of at least a second: <c>86400</c>, <c>24h</c>, <c>7d</c>. Null when it is none.</summary>
    public static TimeSpan? ParseAge(string text) => Parse(text, Times) is { } seconds and >= 1 and <= 1e9 ? TimeSpan.FromSeconds(seconds) : null;

    private static double? Parse(string text, (string Unit, double Factor)[] units)
    {
        string upper = text.Trim().ToUpperInvariant();
        foreach ((string unit, double factor) in units)
        {
            if (upper.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(upper.AsSpan(0, upper.Length - unit.Length), NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double number))
            {
                return number * factor;
            }
        }

        return null;
    }
}
