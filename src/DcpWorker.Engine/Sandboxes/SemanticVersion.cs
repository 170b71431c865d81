using System.Globalization;
using System.Text.RegularExpressions;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>A version by Semantic Versioning 2.0.0; build metadata is ignored.</summary>
internal sealed partial record SemanticVersion(long Major, long Minor, long Patch, IReadOnlyList<string> Prerelease) : IComparable<SemanticVersion>
{
    /// <summary>Reads a version, a leading <c>v</c> or <c>=</c> allowed; null when it is none.</summary>
    internal static SemanticVersion? TryParse(string text)
    {
        Match match = Pattern().Match(text.Trim());
        return match.Success && Number(match, 1, out long major) && Number(match, 2, out long minor) && Number(match, 3, out long patch)
            ? new SemanticVersion(major, minor, patch, match.Groups[4].Success ? match.Groups[4].Value.Split('.') : [])
            : null;
    }

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        int order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return order != 0 ? order : ComparePrerelease(Prerelease, other.Prerelease);
    }

    private static int ComparePrerelease(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        // A release comes after its own pre-releases.
        if (a.Count == 0 || b.Count == 0)
        {
            return (a.Count == 0).CompareTo(b.Count == 0);
        }

        for (int i = 0; i < Math.Min(a.Count, b.Count); i++)
        {
            bool numberA = long.TryParse(a[i], NumberStyles.None, CultureInfo.InvariantCulture, out long left);
            bool numberB = long.TryParse(b[i], NumberStyles.None, CultureInfo.InvariantCulture, out long right);
            int order = (numberA, numberB) switch
            {
                (true, true) => left.CompareTo(right),
                (false, false) => string.CompareOrdinal(a[i], b[i]),
                _ => numberB.CompareTo(numberA),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return a.Count.CompareTo(b.Count);
    }

    private static bool Number(Match match, int group, out long value) =>
        long.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    [GeneratedRegex(@"^[v=\s]*(\d{1,16})\.(\d{1,16})\.(\d{1,16})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$")]
    private static partial Regex Pattern();
}
