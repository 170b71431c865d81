namespace DcpWorker.Engine.Protocol;

/// <summary>
/// Pauses between attempts to reach one service: 0, 0.5, 1.5, 3.5, 7.5 … seconds, up to a maximum. Shared by the
/// connections that follow one another, so that a service in trouble is not hammered.
/// </summary>
internal sealed class Backoff
{
    private int _attempts;

    /// <summary>The pause before the next attempt.</summary>
    public TimeSpan Next(TimeSpan max)
    {
        int n = Math.Min(Interlocked.Increment(ref _attempts) - 1, 30);
        TimeSpan pause = TimeSpan.FromSeconds(0.5 * (Math.Pow(2, n) - 1));
        return pause < max ? pause : max;
    }

    /// <summary>The service was reached: start over.</summary>
    public void Reset() => Interlocked.Exchange(ref _attempts, 0);
}
