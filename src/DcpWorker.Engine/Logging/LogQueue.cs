using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Logging;

/// <summary>
/// Lines that wait for one sink. Bounded: what comes while it is full is dropped and counted, and a line that says so
/// stands where they would have been. Not safe for several threads; <see cref="LogPump"/> holds its lock.
/// </summary>
internal sealed class LogQueue
{
    /// <summary>Most lines that wait.</summary>
    public const int Capacity = 4096;

    /// <summary>Most characters that wait.</summary>
    public const int MostCharacters = 4 << 20;

    /// <summary>Room for what a program says when it fails, over both.</summary>
    private const int Reserve = 64;

    private readonly Queue<LogEntry> _entries = new();
    private long _characters;
    private long _dropped;
    private DateTimeOffset _firstDropped;
    private DateTimeOffset _lastDropped;

    /// <summary>How many lines wait.</summary>
    public int Count => _entries.Count;

    /// <summary>How many lines were dropped in all.</summary>
    public long DroppedInAll { get; private set; }

    /// <summary>Whether there is something that the sink has not been told: lines, or that some were lost.</summary>
    public bool HasWork => Count > 0 || _dropped > 0;

    /// <summary>Adds a line, or drops it.</summary>
    public void Add(LogEntry entry)
    {
        bool hasRoom = Count < Capacity && _characters < MostCharacters;
        if (!hasRoom && (entry.Level < LogLevel.Critical || Count >= Capacity + Reserve))
        {
            Drop(entry);
            return;
        }

        SayDropped();
        Append(entry);
    }

    /// <summary>The first lines, which stay until <see cref="Remove"/>.</summary>
    public LogEntry[] Peek(int most)
    {
        if (Count == 0)
        {
            SayDropped();
        }

        return [.. _entries.Take(most)];
    }

    /// <summary>Takes the first lines out.</summary>
    public void Remove(int count)
    {
        for (; count > 0; count--)
        {
            _characters -= _entries.Dequeue().Text.Length;
        }
    }

    private void Append(LogEntry entry)
    {
        _entries.Enqueue(entry);
        _characters += entry.Text.Length;
    }

    private void Drop(LogEntry entry)
    {
        _firstDropped = _dropped == 0 ? entry.Time : _firstDropped;
        _lastDropped = entry.Time;
        _dropped++;
        DroppedInAll++;
    }

    private void SayDropped()
    {
        if (_dropped == 0)
        {
            return;
        }

        string text = FormattableString.Invariant(
            $"{_dropped} lines are missing here, of {_firstDropped.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} to {_lastDropped.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}: they came faster than this log could take them");
        _dropped = 0;
        Append(new LogEntry(_lastDropped, LogLevel.Warning, LogPump.Category, text));
    }
}
