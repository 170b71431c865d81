namespace DcpWorker.Engine.Protocol;

/// <summary>
/// The time to stamp messages with, in seconds since the epoch. An initiator follows the clock of its peer, so that a
/// machine whose own clock is wrong can still take part.
/// </summary>
internal class PeerClock(TimeProvider time)
{
    private double? _peerTime;
    private long _followedAt;

    /// <summary>Seconds since the epoch.</summary>
    public double Now() => _peerTime is { } peerTime
        ? peerTime + time.GetElapsedTime(_followedAt).TotalSeconds
        : (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>The same as it is written into messages: to the millisecond.</summary>
    public virtual double Stamp() => Math.Round(Now(), 3);

    /// <summary>Takes the time that the peer has just stated.</summary>
    public void Follow(double peerTime)
    {
        if (double.IsFinite(peerTime))
        {
            _peerTime = peerTime;
            _followedAt = time.GetTimestamp();
        }
    }
}
