using System.Diagnostics;
using System.Text;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>
/// Cuts an evaluator's stderr into lines. What a work function can make an evaluator print is bounded in length and
/// in lines per second; what is too much is dropped and counted.
/// </summary>
internal sealed class ErrorLines(int maxLength, Action<string> onLine)
{
    private const int MostPerSecond = 20;

    private readonly byte[] _line = new byte[maxLength];
    private int _length;
    private bool _cut;
    private long _second = Stopwatch.GetTimestamp();
    private int _inSecond;
    private long _dropped;

    /// <summary>Adds bytes as they come.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            Append(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
            {
                return;
            }

            EndLine();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Reports a last line that has no end.</summary>
    internal void Complete()
    {
        if (_length > 0)
        {
            EndLine();
        }

        ReportDropped();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        int room = Math.Min(bytes.Length, _line.Length - _length);
        bytes[..room].CopyTo(_line.AsSpan(_length));
        _length += room;
        _cut |= room < bytes.Length;
    }

    private void EndLine()
    {
        if (Stopwatch.GetElapsedTime(_second) >= TimeSpan.FromSeconds(1))
        {
            _second = Stopwatch.GetTimestamp();
            _inSecond = 0;
            ReportDropped();
        }

        if (++_inSecond > MostPerSecond)
        {
            _dropped++;
        }
        else if (_length > 0)
        {
            onLine(Printable(Encoding.UTF8.GetString(_line, 0, _length)) + (_cut ? "…" : ""));
        }

        _length = 0;
        _cut = false;
    }

    private void ReportDropped()
    {
        if (_dropped > 0)
        {
            onLine($"({_dropped} more lines dropped)");
            _dropped = 0;
        }
    }

    // A terminal must not obey a work function.
    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) && c != '\t' ? '\u00b7' : c)).TrimEnd('\u00b7') : text;
}
