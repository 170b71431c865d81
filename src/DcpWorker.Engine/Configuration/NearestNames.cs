namespace DcpWorker.Engine.Configuration;

/// <summary>What somebody may have meant by a name that is not known.</summary>
public static class NearestNames
{
    /// <summary>The candidates most like <paramref name="name"/>, best first; none that is further off than a third of its length (or 2).</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> candidates, int most)
    {
        int limit = Math.Max(2, name.Length / 3);
        return [.. candidates.Distinct()
            .Select(c => (Name: c, Distance: Distance(name.ToUpperInvariant(), c.ToUpperInvariant(), limit)))
            .Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal)
            .Take(most).Select(c => c.Name)];
    }

    // Levenshtein; what exceeds the limit need not be exact
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit)
        {
            return limit + 1;
        }

        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        int[] current = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
