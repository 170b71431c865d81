using System.Globalization;
using System.Text;

namespace DcpWorker.Engine.Serialization;

/// <summary>Numbers as ECMAScript prints them (ECMA-262, Number::toString): the shortest digits that read back the same.</summary>
public static class EcmaNumber
{
    // a sign, 17 digits, a point and up to 21 places before it or 6 zeros behind it
    private const int MaxLength = 32;

    /// <summary>The text that V8 prints for <paramref name="value"/>: plain decimal for 1e-6 ≤ |x| &lt; 1e21, else with an exponent; -0 is <c>0</c>.</summary>
    public static string ToText(double value)
    {
        Span<char> text = stackalloc char[MaxLength];
        return new string(text[..Format(value, text)]);
    }

    /// <summary>Appends what <see cref="ToText"/> gives.</summary>
    internal static void Append(StringBuilder output, double value)
    {
        Span<char> text = stackalloc char[MaxLength];
        output.Append(text[..Format(value, text)]);
    }

    private static int Format(double value, Span<char> text)
    {
        int length;
        if (!double.IsFinite(value))
        {
            string name = double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
            name.CopyTo(text);
            return name.Length;
        }

        if (Math.Abs(value) < 1e15 && value == Math.Floor(value))
        {
            ((long)value).TryFormat(text, out length, default, CultureInfo.InvariantCulture);
            return length;
        }

        // .NET prints the same shortest digits; only its layout differs.
        Span<char> round = stackalloc char[MaxLength];
        value.TryFormat(round, out length, "R", CultureInfo.InvariantCulture);
        return Layout(round[..length], text);
    }

    private static int Layout(ReadOnlySpan<char> round, Span<char> text)
    {
        int at = 0;
        if (round[0] == '-')
        {
            text[at++] = '-';
            round = round[1..];
        }

        int e = round.IndexOf('E');
        ReadOnlySpan<char> mantissa = e < 0 ? round : round[..e];
        int exponent = e < 0 ? 0 : int.Parse(round[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        int point = mantissa.IndexOf('.');
        Span<char> all = stackalloc char[MaxLength];
        int count = 0;
        foreach (char c in mantissa)
        {
            if (c != '.')
            {
                all[count++] = c;
            }
        }

        int leading = all[..count].IndexOfAnyExcept('0');
        ReadOnlySpan<char> digits = all[leading..count].TrimEnd('0');

        // n is ECMA's: value = 0.digits × 10^n
        int n = (point < 0 ? mantissa.Length : point) - leading + exponent;
        if (n is > 0 and <= 21)
        {
            int whole = Math.Min(n, digits.Length);
            Put(text, ref at, digits[..whole]);
            Put(text, ref at, '0', n - whole);
            if (whole < digits.Length)
            {
                Put(text, ref at, '.', 1);
                Put(text, ref at, digits[whole..]);
            }
        }
        else if (n is > -6 and <= 0)
        {
            Put(text, ref at, "0.");
            Put(text, ref at, '0', -n);
            Put(text, ref at, digits);
        }
        else
        {
            Put(text, ref at, digits[..1]);
            if (digits.Length > 1)
            {
                Put(text, ref at, '.', 1);
                Put(text, ref at, digits[1..]);
            }

            Put(text, ref at, n > 0 ? "e+" : "e-");
            Math.Abs(n - 1).TryFormat(text[at..], out int written, default, CultureInfo.InvariantCulture);
            at += written;
        }

        return at;
    }

    private static void Put(Span<char> text, ref int at, ReadOnlySpan<char> part)
    {
        part.CopyTo(text[at..]);
        at += part.Length;
    }

    private static void Put(Span<char> text, ref int at, char c, int times)
    {
        text.Slice(at, times).Fill(c);
        at += times;
    }
}
