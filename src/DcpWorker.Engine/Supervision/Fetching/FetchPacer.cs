namespace DcpWorker.Engine.Supervision.Fetching;

/// <summary>
/// When work may be asked for again: at once after an answer that held some; after an empty one in 0.25, 0.5, 1 … s, up to
/// the watchdog's interval, so that the next job of a deployer who waits for the last one is found soon and an idle worker
/// stays idle. A scheduler that holds a request until there is work is asked again at once: it sets the pace.
/// </summary>
internal sealed class FetchPacer(TimeSpan watchdog, TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);

    /// <summary>No scheduler takes this long to find out that it has nothing.</summary>
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(2);

    private TimeSpan _pause = First;
    private long _notBefore = long.MinValue;

    /// <summary>How long to wait still; zero or less: now.</summary>
    public TimeSpan Remaining => _notBefore == long.MinValue ? TimeSpan.Zero : -time.GetElapsedTime(_notBefore);

    /// <summary>Whether the last answer held nothing.</summary>
    public bool IsIdle { get; private set; }

    /// <param name="slices">How many the answer held.</param>
    /// <param name="elapsed">From the request to the answer.</param>
    public void Answered(int slices, TimeSpan elapsed)
    {
        IsIdle = slices == 0;
        if (slices > 0 || elapsed >= Held)
        {
            _pause = First;
            _notBefore = long.MinValue;
            return;
        }

        Wait();
    }

    public void Failed() => Wait();

    private void Wait()
    {
        TimeSpan pause = _pause < watchdog ? _pause : watchdog;
        _notBefore = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
        _pause = pause * 2;
    }
}
