using System.Security.Cryptography;
using System.Text;

namespace DcpWorker.Engine.Protocol.Sealing;

/// <summary>
/// Remembers the validity stamps of requests until they expire, so that none is acted on twice. Only a hash of each is
/// kept; beyond the bound the oldest is forgotten.
/// </summary>
internal sealed class StampMemory(int capacity = 500_000)
{
    private readonly Lock _gate = new();
    private readonly HashSet<long> _seen = [];
    private readonly Queue<(long Stamp, double Expires)> _order = [];

    /// <summary>Remembers a stamp; false when it is known already.</summary>
    public bool Add(string stamp, double expires, double now)
    {
        long hash = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(stamp)));
        lock (_gate)
        {
            while (_order.TryPeek(out (long Stamp, double Expires) oldest) && (oldest.Expires < now || _order.Count >= capacity))
            {
                _seen.Remove(oldest.Stamp);
                _order.Dequeue();
            }

            if (!_seen.Add(hash))
            {
                return false;
            }

            _order.Enqueue((hash, expires));
            return true;
        }
    }
}
