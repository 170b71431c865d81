using System.Globalization;
using System.Text.RegularExpressions;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>
/// A range of versions as npm writes them: <c>^1.2.0</c>, <c>~1.2</c>, <c>1.x</c>, <c>&gt;=1.0.0 &lt;2.0.0</c>,
/// <c>1.2 - 2.3</c>, alternatives with <c>||</c>; empty, <c>*</c> and <c>latest</c> mean any.
/// </summary>
public sealed partial class VersionRange
{
    private const int LongestText = 1000;
    private static readonly SemanticVersion Zero = new(0, 0, 0, []);

    // Half-open intervals and the versions whose pre-releases are meant: npm admits a pre-release only where the range
    // itself names one of the same release.
    private readonly List<Interval> _alternatives = [];

    private VersionRange()
    {
    }

    /// <summary>Reads a range; null when the text is none.</summary>
    internal static VersionRange? TryParse(string text)
    {
        if (text.Length > LongestText)
        {
            return null;
        }

        VersionRange range = new();
        foreach (string alternative in text.Split("||"))
        {
            if (ParseAlternative(alternative.Trim()) is not { } interval)
            {
                return null;
            }

            range._alternatives.Add(interval);
        }

        return range;
    }

    /// <summary>Whether <paramref name="version"/> lies in <paramref name="range"/>; what cannot be read matches nothing.</summary>
    public static bool Contains(string range, string version) =>
        TryParse(range) is { } parsed && SemanticVersion.TryParse(version) is { } v && parsed.Contains(v);

    /// <summary>Whether a version lies in the range.</summary>
    internal bool Contains(SemanticVersion version) => _alternatives.Exists(i => i.Contains(version));

    private static Interval? ParseAlternative(string text)
    {
        Match hyphen = Hyphen().Match(text);
        string spaced = hyphen.Success ? $">={hyphen.Groups[1].Value} <={hyphen.Groups[2].Value}" : OperatorSpace().Replace(text, "$1");
        Interval result = Interval.All;
        foreach (string part in spaced.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "latest")
            {
                continue;
            }

            if (ParseComparator(part) is not { } comparator)
            {
                return null;
            }

            result = result.Intersect(comparator);
        }

        return result;
    }

    private static Interval? ParseComparator(string text)
    {
        Match match = Comparator().Match(text);
        if (!match.Success)
        {
            return null;
        }

        long?[] parts = [Part(match, 2), Part(match, 3), Part(match, 4)];
        int given = parts[0] is null ? 0 : parts[1] is null ? 1 : parts[2] is null ? 2 : 3;
        SemanticVersion lowest = given == 0 ? Zero : new(parts[0]!.Value, given > 1 ? parts[1]!.Value : 0, given > 2 ? parts[2]!.Value : 0,
            given == 3 && match.Groups[5].Success ? match.Groups[5].Value.Split('.') : []);
        SemanticVersion? next = given == 0 ? null : Bump(lowest, given);
        return match.Groups[1].Value switch
        {
            "^" => new Interval(lowest, given == 0 ? null : Caret(lowest, given), [lowest]),
            "~" or "~>" => new Interval(lowest, given == 0 ? null : Bump(lowest, Math.Min(given, 2)), [lowest]),
            ">=" => new Interval(lowest, null, [lowest]),
            ">" => given == 0 ? Interval.None : new Interval(given == 3 ? After(lowest) : next!, null, [lowest]),
            "<" => given == 0 ? Interval.None : new Interval(Zero, given < 3 ? BeforePrereleases(lowest) : lowest, [lowest]),
            "<=" => new Interval(Zero, given == 3 ? After(lowest) : next, [lowest]),
            _ => new Interval(lowest, given == 3 ? After(lowest) : next, [lowest]),
        };
    }

    // "^" keeps the left-most part that is not zero.
    private static SemanticVersion Caret(SemanticVersion v, int given) =>
        v.Major > 0 || given == 1 ? Bump(v, 1) : v.Minor > 0 || given == 2 ? Bump(v, 2) : Bump(v, 3);

    private static SemanticVersion Bump(SemanticVersion v, int parts) => BeforePrereleases(parts switch
    {
        1 => new(v.Major + 1, 0, 0, []),
        2 => new(v.Major, v.Minor + 1, 0, []),
        _ => new(v.Major, v.Minor, v.Patch + 1, []),
    });

    // The lowest version there is of that release, so that an upper bound excludes its pre-releases.
    private static SemanticVersion BeforePrereleases(SemanticVersion v) => v with { Prerelease = ["0"] };

    // Nothing lies between a version and this.
    private static SemanticVersion After(SemanticVersion v) =>
        v.Prerelease.Count == 0 ? BeforePrereleases(v with { Patch = v.Patch + 1 }) : v with { Prerelease = [.. v.Prerelease, "0"] };

    private static long? Part(Match match, int group) =>
        long.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;

    private sealed record Interval(SemanticVersion From, SemanticVersion? Before, IReadOnlyList<SemanticVersion> Named)
    {
        internal static readonly Interval All = new(Zero, null, []);
        internal static readonly Interval None = new(Zero, Zero, []);

        internal bool Contains(SemanticVersion v) =>
            v.CompareTo(From) >= 0 && (Before is null || v.CompareTo(Before) < 0)
            && (v.Prerelease.Count == 0
                || Named.Any(n => n.Prerelease.Count > 0 && (n.Major, n.Minor, n.Patch) == (v.Major, v.Minor, v.Patch)));

        internal Interval Intersect(Interval other) => new(
            From.CompareTo(other.From) >= 0 ? From : other.From,
            Before is null || (other.Before is not null && other.Before.CompareTo(Before) < 0) ? other.Before : Before,
            [.. Named, .. other.Named]);
    }

    [GeneratedRegex(@"^(\S+)\s+-\s+(\S+)$")]
    private static partial Regex Hyphen();

    [GeneratedRegex(@"(\^|~>?|>=|<=|>|<|=)\s+")]
    private static partial Regex OperatorSpace();

    [GeneratedRegex(@"^(\^|~>|~|>=|<=|>|<|=|)[v=]*(\d{1,16}|[xX*])(?:\.(\d{1,16}|[xX*])(?:\.(\d{1,16}|[xX*])(?:-?([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?)?)?$")]
    private static partial Regex Comparator();
}
