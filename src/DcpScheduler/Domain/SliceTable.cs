namespace DcpScheduler.Domain;

/// <summary>
/// Where each slice of a job is: waiting, leased to a worker, or done. Slices are numbered from 1. Guarded by the
/// lock of <see cref="JobBook"/>.
/// </summary>
internal sealed class SliceTable
{
    private readonly Dictionary<int, Lease> _leases = [];
    private readonly Dictionary<int, int> _returns = [];
    private readonly PriorityQueue<int, int> _returned = new();
    private readonly List<ulong> _done = [];
    private int _nextFresh = 1;

    /// <summary>How many slices there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many are done.</summary>
    public int Done { get; private set; }

    /// <summary>How many are with workers.</summary>
    public int Leased => _leases.Count;

    /// <summary>How many nobody has.</summary>
    public int Waiting => Count - Done - Leased;

    /// <summary>The slices that workers have.</summary>
    public IReadOnlyDictionary<int, Lease> Leases => _leases;

    /// <summary>Adds slices at the end.</summary>
    public void Append(int count)
    {
        Count = checked(Count + count);
        while (_done.Count * 64 <= Count)
        {
            _done.Add(0);
        }
    }

    /// <summary>Leases the lowest waiting slice; null when there is none.</summary>
    public int? Take(Lease lease)
    {
        while (_returned.TryDequeue(out int number, out _))
        {
            // a late result may have come since it was returned
            if (IsWaiting(number))
            {
                _leases[number] = lease;
                return number;
            }
        }

        for (; _nextFresh <= Count; _nextFresh++)
        {
            if (IsWaiting(_nextFresh))
            {
                _leases[_nextFresh] = lease;
                return _nextFresh++;
            }
        }

        return null;
    }

    /// <summary>Puts a stored lease back.</summary>
    public void Restore(int number, Lease lease)
    {
        if (IsWaiting(number))
        {
            _leases[number] = lease;
        }
    }

    /// <summary>Gives a slice back to be handed out again; false when this worker does not hold it.</summary>
    public bool Release(int number, string workerId)
    {
        if (!_leases.TryGetValue(number, out Lease lease) || lease.WorkerId != workerId)
        {
            return false;
        }

        _leases.Remove(number);
        _returned.Enqueue(number, number);
        return true;
    }

    /// <summary>Counts a failure of a slice; the new count.</summary>
    public int CountReturn(int number) => _returns[number] = _returns.GetValueOrDefault(number) + 1;

    /// <summary>Puts a stored count of failures back.</summary>
    public void RestoreReturns(int number, int count) => _returns[number] = count;

    /// <summary>Extends a lease; false when this worker does not hold it.</summary>
    public bool Renew(int number, string workerId, DateTimeOffset expires)
    {
        if (!_leases.TryGetValue(number, out Lease lease) || lease.WorkerId != workerId)
        {
            return false;
        }

        _leases[number] = lease with { Expires = expires };
        return true;
    }

    /// <summary>Marks a slice done, whoever has it; false when it was already, or does not exist.</summary>
    public bool Complete(int number)
    {
        if (!Exists(number) || IsDone(number))
        {
            return false;
        }

        _leases.Remove(number);
        _done[number >> 6] |= 1UL << (number & 63);
        Done++;
        return true;
    }

    /// <summary>Takes a completion back (its result could not be stored).</summary>
    public void Reopen(int number)
    {
        if (Exists(number) && IsDone(number))
        {
            _done[number >> 6] &= ~(1UL << (number & 63));
            Done--;
            _returned.Enqueue(number, number);
        }
    }

    /// <summary>Whether there is a slice of that number.</summary>
    public bool Exists(int number) => number >= 1 && number <= Count;

    /// <summary>Whether that slice has its result.</summary>
    public bool IsDone(int number) => (_done[number >> 6] & (1UL << (number & 63))) != 0;

    /// <summary>Whether that slice waits for a worker.</summary>
    public bool IsWaiting(int number) => Exists(number) && !IsDone(number) && !_leases.ContainsKey(number);

    /// <summary>Drops all leases; nothing of the job is handed out any more.</summary>
    public void DropLeases() => _leases.Clear();
}
