using System.Globalization;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol.Sealing;

/// <summary>Checks that a request is neither stale, nor from the future, nor seen before.</summary>
internal sealed class RequestValidity(StampMemory stamps)
{
    private const double Slop = 600;
    private const double DefaultTtl = 120;
    private const double ShortestTtl = 15;
    private const double LongestTtl = 600;

    /// <summary>Checks the <c>validity</c> member of a payload at time <paramref name="now"/> (seconds since the epoch).</summary>
    /// <exception cref="ProtocolException"><c>EINVAL</c>, <c>ETIMETRAVEL</c>, <c>EEXPIRED</c> or <c>EDUP</c>.</exception>
    public void Check(JsValue validity, double now)
    {
        if (validity["stamp"].AsString() is not { Length: > 0 } stamp || validity["time"].AsNumber() is not { } time)
        {
            throw new ProtocolException("EINVAL", "The request has no valid stamp or time.");
        }

        double ttl = validity["ttl"].AsNumber() is { } stated && stated != 0 ? Math.Clamp(stated, ShortestTtl, LongestTtl) : DefaultTtl;
        if (time > now + Slop)
        {
            throw new ProtocolException("ETIMETRAVEL", string.Create(CultureInfo.InvariantCulture, $"Request was sent from the future ({time} > {now + Slop})"));
        }

        if (time + ttl < now - Slop)
        {
            throw new ProtocolException("EEXPIRED", string.Create(CultureInfo.InvariantCulture, $"Request validity has expired ({time + ttl} < {now - Slop})"));
        }

        if (!stamps.Add(stamp, time + ttl + Slop, now))
        {
            throw new ProtocolException("EDUP", $"Duplicate request validity stamp: {stamp}");
        }
    }
}
