namespace DcpWorker.Cmdlets;

/// <summary>How long a timer may be set to.</summary>
internal static class TimerLimit
{
    // CancellationTokenSource and its like count milliseconds in 32 bits: 49.7 days.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>What to set a timer to: for ever when no time is given, or more than a timer knows.</summary>
    public static TimeSpan Of(TimeSpan? time) => time is { } t && t <= Longest ? t : Timeout.InfiniteTimeSpan;
}
