using System.Collections.Concurrent;

namespace DcpWorker.Engine.Supervision.Artifacts;

/// <summary>
/// Leaves a server alone for a while after it failed: 2, 4, 8 … 180 s, for each origin and first segment of the path, so
/// that one job's broken server does not stop the others.
/// </summary>
internal sealed class FetchBackoff(TimeSpan min, TimeSpan max, TimeProvider time)
{
    private const int MaxEntries = 10_000;
    private readonly ConcurrentDictionary<string, (int Failures, DateTimeOffset Until)> _troubled = new();

    /// <summary>How long <paramref name="location"/> is still left alone; zero when it may be fetched.</summary>
    public TimeSpan Remaining(Uri location) =>
        _troubled.TryGetValue(Key(location), out (int Failures, DateTimeOffset Until) entry) && entry.Until > time.GetUtcNow()
            ? entry.Until - time.GetUtcNow()
            : TimeSpan.Zero;

    public void Failed(Uri location)
    {
        if (_troubled.Count >= MaxEntries)
        {
            _troubled.Clear();
        }

        _troubled.AddOrUpdate(Key(location), _ => (1, Until(1)), (_, old) => (old.Failures + 1, Until(old.Failures + 1)));
    }

    public void Succeeded(Uri location) => _troubled.TryRemove(Key(location), out _);

    private DateTimeOffset Until(int failures) =>
        time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(min.TotalSeconds * Math.Pow(2, Math.Min(failures, 30) - 1), max.TotalSeconds));

    private static string Key(Uri location) =>
        OriginPolicy.Origin(location) + "/" + (location.Segments.Length > 1 ? location.Segments[1].TrimEnd('/') : "");
}
