using System.Globalization;

namespace DcpScheduler.Domain;

/// <summary>Amounts of credits (DCC): decimal, never floating point.</summary>
internal static class Credits
{
    /// <summary>The most that one payment or transfer may move.</summary>
    public const decimal Max = 1_000_000_000_000m;

    /// <summary>Plain decimal digits.</summary>
    public static string ToText(decimal amount) => amount.ToString("0.##################", CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    public static decimal Parse(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);

    /// <summary>Reads an amount from a request, a number or decimal digits; null when it is none, negative, or above <see cref="Max"/>.</summary>
    public static decimal? FromRequest(double? number, string? text)
    {
        decimal amount;
        if (number is { } n && double.IsFinite(n) && Math.Abs(n) <= (double)Max)
        {
            amount = (decimal)n;
        }
        else if (text is not { Length: < 64 } || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out amount))
        {
            return null;
        }

        return amount is >= 0 and <= Max ? amount : null;
    }
}
