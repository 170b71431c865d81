namespace DcpWorker.Engine.Logging;

/// <summary>How often a line may be written that strangers can cause: whoever knocks must not fill the disk.</summary>
/// <param name="time">The clock.</param>
/// <param name="most">Most lines in <see cref="Interval"/>.</param>
internal sealed class LineRate(TimeProvider time, int most)
{
    /// <summary>The time that lines are counted for.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long? _since;
    private int _written;
    private long _unsaid;

    /// <summary>Whether a line may be written now; one that may not is counted.</summary>
    /// <param name="unsaid">How many have not been written since the last one that was.</param>
    internal bool TryTake(out long unsaid)
    {
        lock (_lock)
        {
            if (_since is not { } since || time.GetElapsedTime(since) >= Interval)
            {
                (_since, _written) = (time.GetTimestamp(), 0);
            }

            if (_written == most)
            {
                _unsaid++;
                unsaid = 0;
                return false;
            }

            _written++;
            (unsaid, _unsaid) = (_unsaid, 0);
            return true;
        }
    }
}
