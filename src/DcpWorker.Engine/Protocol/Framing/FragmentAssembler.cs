using System.Diagnostics.CodeAnalysis;

namespace DcpWorker.Engine.Protocol.Framing;

/// <summary>
/// Puts fragments together. Pieces may interleave; messages come out in the order in which their first pieces arrived, so
/// that one with a piece missing holds back those behind it. What is held is bounded.
/// </summary>
internal sealed class FragmentAssembler(int maxFragmentLength, int maxMessageLength)
{
    /// <summary>Most pieces of one message.</summary>
    public const int MaxFragments = 100_000;

    /// <summary>Most messages, whole and in pieces, that wait for a piece of an earlier one.</summary>
    public const int MaxWaiting = 1000;

    private readonly LinkedList<Entry> _entries = [];
    private long _held;

    /// <summary>Adds a message that came in one piece.</summary>
    public void AddWhole(string message) => Append(new Entry(-1, 1), 0, message);

    /// <summary>Adds piece <paramref name="seq"/> of <paramref name="total"/>.</summary>
    /// <exception cref="ProtocolException">
    /// <c>DCPC-1108</c>: no such place; <c>DCPC-1113</c>: too many pieces; <c>DCPC-1114</c>: piece or message too long.
    /// </exception>
    public void AddFragment(double messageId, int seq, int total, string piece)
    {
        if (seq < 0 || total < 1 || messageId < 0 || seq >= total)
        {
            throw new ProtocolException("DCPC-1108", $"The peer sent fragment {seq} of {total}.");
        }

        if (total > MaxFragments)
        {
            throw new ProtocolException("DCPC-1113", $"The peer sends a message in {total} fragments; at most {MaxFragments} are taken.");
        }

        if (piece.Length > maxFragmentLength)
        {
            throw new ProtocolException("DCPC-1114", $"The peer sent a fragment of {piece.Length} characters; at most {maxFragmentLength} were announced.");
        }

        Entry? entry = _entries.FirstOrDefault(e => e.MessageId == messageId);
        if (entry is not null && entry.Total != total)
        {
            throw new ProtocolException("DCPC-1108", $"The peer counts {total} fragments of a message that had {entry.Total} before.");
        }

        Append(entry ?? new Entry(messageId, total), seq, piece);
    }

    /// <summary>Takes the next message out, if it is complete.</summary>
    public bool TryTake([NotNullWhen(true)] out string? message)
    {
        message = null;
        if (_entries.First?.Value is not { } entry || entry.Pieces.Count < entry.Total)
        {
            return false;
        }

        _entries.RemoveFirst();
        message = entry.Total == 1 ? entry.Pieces.Values[0] : string.Concat(entry.Pieces.Values);
        _held -= message.Length;
        return true;
    }

    private void Append(Entry entry, int seq, string piece)
    {
        if (_held + piece.Length > maxMessageLength)
        {
            throw new ProtocolException("DCPC-1114", $"The peer sends more than {maxMessageLength} characters in one message.");
        }

        if (!entry.Pieces.TryAdd(seq, piece))
        {
            throw new ProtocolException("DCPC-1108", $"The peer sent fragment {seq} of a message twice.");
        }

        _held += piece.Length;
        if (entry.Pieces.Count == 1)
        {
            if (_entries.Count >= MaxWaiting)
            {
                throw new ProtocolException("DCPC-1113", $"The peer began {MaxWaiting} messages without finishing the first.");
            }

            _entries.AddLast(entry);
        }
    }

    private sealed record Entry(double MessageId, int Total)
    {
        public SortedList<int, string> Pieces { get; } = [];
    }
}
