using System.Globalization;

namespace DcpWorker.Engine.Serialization;

/// <summary>Dates in the ISO form of ECMA-262 (Date Time String Format), with its six-digit years.</summary>
internal static class EcmaDate
{
    private const long DayMs = 86_400_000;

    public static string ToText(long ms)
    {
        long days = Math.DivRem(ms, DayMs, out long rest);
        if (rest < 0)
        {
            rest += DayMs;
            days--;
        }

        (long year, int month, int day) = FromDays(days);
        string yearText = year is >= 0 and <= 9999
            ? year.ToString("0000", CultureInfo.InvariantCulture)
            : (year < 0 ? "-" : "+") + Math.Abs(year).ToString("000000", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{yearText}-{month:00}-{day:00}T{rest / 3_600_000:00}:{rest / 60_000 % 60:00}:{rest / 1000 % 60:00}.{rest % 1000:000}Z");
    }

    /// <summary>Milliseconds since 1970, or NaN.</summary>
    public static double Parse(string text)
    {
        if (text.Length is < 4 or > 100)
        {
            return double.NaN;
        }

        bool signed = text[0] is '+' or '-';
        int yearLength = signed ? 7 : 4;
        if (text.Length == yearLength + 20 && text[^1] == 'Z' && text[yearLength] == '-' && text[yearLength + 3] == '-'
            && text[yearLength + 6] == 'T' && text[yearLength + 9] == ':' && text[yearLength + 12] == ':' && text[yearLength + 15] == '.'
            && Number(text, signed ? 1 : 0, signed ? 6 : 4) is { } year
            && Number(text, yearLength + 1, 2) is >= 1 and <= 12 and { } month
            && Number(text, yearLength + 4, 2) is >= 1 and <= 31 and { } day
            && Number(text, yearLength + 7, 2) is <= 24 and { } hour
            && Number(text, yearLength + 10, 2) is <= 59 and { } minute
            && Number(text, yearLength + 13, 2) is <= 59 and { } second
            && Number(text, yearLength + 16, 3) is { } ms)
        {
            return ((double)ToDays(text[0] == '-' ? -year : year, month, day) * DayMs) + (hour * 3_600_000) + (minute * 60_000) + (second * 1000) + ms;
        }

        // other writers of dates: whatever .NET understands, in UTC when the text names no zone
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment)
            ? moment.ToUnixTimeMilliseconds()
            : double.NaN;
    }

    private static int? Number(string text, int start, int length) =>
        int.TryParse(text.AsSpan(start, length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    // proleptic Gregorian calendar in eras of 400 years that start on 1 March
    private static (long Year, int Month, int Day) FromDays(long days)
    {
        long shifted = days + 719_468;
        long era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097;
        long dayOfEra = shifted - (era * 146_097);
        long yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        long marchMonth = ((5 * dayOfYear) + 2) / 153;
        int day = (int)(dayOfYear - (((153 * marchMonth) + 2) / 5) + 1);
        int month = (int)(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9);
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, day);
    }

    private static long ToDays(long year, int month, int day)
    {
        long y = month <= 2 ? year - 1 : year;
        long era = (y >= 0 ? y : y - 399) / 400;
        long yearOfEra = y - (era * 400);
        long dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        return (era * 146_097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719_468;
    }
}
