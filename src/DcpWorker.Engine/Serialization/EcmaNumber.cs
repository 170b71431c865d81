using System.Globalization;
using System.Text;

namespace DcpWorker.Engine.Serialization;

/// <summary>Numbers as ECMAScript prints them (ECMA-262, Number::toString): the shortest digits that read back the same.</summary>
public static class EcmaNumber
{
    /// <summary>The text that V8 prints for <paramref name="value"/>: plain decimal for 1e-6 ≤ |x| &lt; 1e21, else with an exponent; -0 is <c>0</c>.</summary>
    public static string ToText(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }

        if (Math.Abs(value) < 1e15 && value == Math.Floor(value))
        {
            return ((long)value).ToString(CultureInfo.InvariantCulture);
        }

        // .NET prints the same shortest digits; only its layout differs.
        string round = value.ToString("R", CultureInfo.InvariantCulture);
        return Layout(round);
    }

    private static string Layout(string round)
    {
        bool negative = round[0] == '-';
        ReadOnlySpan<char> text = negative ? round.AsSpan(1) : round;
        int e = text.IndexOf('E');
        ReadOnlySpan<char> mantissa = e < 0 ? text : text[..e];
        int exponent = e < 0 ? 0 : int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

        int point = mantissa.IndexOf('.');
        StringBuilder digits = new();
        digits.Append(point < 0 ? mantissa : mantissa[..point]);
        int integerDigits = digits.Length;
        if (point >= 0)
        {
            digits.Append(mantissa[(point + 1)..]);
        }

        int leading = 0;
        while (leading < digits.Length - 1 && digits[leading] == '0')
        {
            leading++;
        }

        digits.Remove(0, leading);
        while (digits.Length > 1 && digits[^1] == '0')
        {
            digits.Length--;
        }

        // n is ECMA's: value = 0.digits × 10^n
        int n = integerDigits - leading + exponent;
        int k = digits.Length;
        StringBuilder result = new();
        if (negative)
        {
            result.Append('-');
        }

        if (k <= n && n <= 21)
        {
            result.Append(digits).Append('0', n - k);
        }
        else if (n is > 0 and <= 21)
        {
            result.Append(digits, 0, n).Append('.').Append(digits, n, k - n);
        }
        else if (n is > -6 and <= 0)
        {
            result.Append("0.").Append('0', -n).Append(digits);
        }
        else
        {
            result.Append(digits[0]);
            if (k > 1)
            {
                result.Append('.').Append(digits, 1, k - 1);
            }

            int power = n - 1;
            result.Append('e').Append(power < 0 ? '-' : '+').Append(Math.Abs(power).ToString(CultureInfo.InvariantCulture));
        }

        return result.ToString();
    }
}
