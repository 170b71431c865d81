using System.Globalization;

namespace DcpScheduler.Domain;

/// <summary>
/// The part of npm's version ranges that jobs use: exact, <c>^1.2.3</c>, <c>~1.2.3</c>, comparisons, <c>1.x</c>,
/// <c>*</c>, several of them joined by blanks (all) or <c>||</c> (any).
/// </summary>
internal static class VersionRange
{
    /// <summary>Whether <paramref name="version"/> lies in <paramref name="range"/>. What cannot be read matches nothing.</summary>
    public static bool Contains(string range, string version) => Parse(version, out _) is { } v
        && range.Split("||").Any(any => any.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(part => Matches(part, v)));

    private static bool Matches(string part, Version version)
    {
        string operation = new([.. part.TakeWhile(c => !char.IsAsciiDigit(c) && c is not ('x' or 'X' or '*' or 'v'))]);
        if (Parse(part[operation.Length..].TrimStart('v'), out int given) is not { } bound)
        {
            return false;
        }

        return operation switch
        {
            ">" => version > bound,
            ">=" => version >= bound,
            "<" => version < bound,
            "<=" => version <= bound,
            "^" => version >= bound && version < Above(bound, bound.Major > 0 || given < 2 ? 1 : bound.Minor > 0 || given < 3 ? 2 : 3),
            "~" => version >= bound && version < Above(bound, Math.Clamp(given, 1, 2)),
            "" or "=" => given == 0 || (version >= bound && version < Above(bound, given)),
            _ => false,
        };
    }

    private static Version Above(Version bound, int parts) => parts switch
    {
        1 => new(bound.Major + 1, 0, 0),
        2 => new(bound.Major, bound.Minor + 1, 0),
        _ => new(bound.Major, bound.Minor, bound.Build + 1),
    };

    private static Version? Parse(string text, out int given)
    {
        int[] numbers = [0, 0, 0];
        given = 0;
        foreach (string part in text.Split('-', '+')[0].Split('.'))
        {
            if (part is "x" or "X" or "*")
            {
                break;
            }

            if (given == 3 || !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int n) || n == int.MaxValue)
            {
                return null;
            }

            numbers[given++] = n;
        }

        return new Version(numbers[0], numbers[1], numbers[2]);
    }
}
