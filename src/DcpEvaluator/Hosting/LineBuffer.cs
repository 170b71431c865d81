using System.Runtime.InteropServices;
using DcpEvaluator.Native;

namespace DcpEvaluator.Hosting;

/// <summary>
/// Splits standard input at LF. Native memory, because lines of hundreds of megabytes come and go. What follows the
/// last LF when the input ends is no line, and is dropped.
/// </summary>
internal sealed unsafe class LineBuffer
{
    /// <summary>Bytes, LF included: about the longest string that V8 has.</summary>
    public const nint LongestLine = 512 << 20;

    private const nint SmallRoom = 64 << 10;
    private const nint KeptRoom = 8 << 20;

    private byte* _data = (byte*)NativeMemory.Alloc((nuint)SmallRoom);
    private nint _room = SmallRoom;
    private nint _start;   // of the line that is being read
    private nint _scanned; // no LF before this
    private nint _end;

    /// <summary>Reads what is there. False at the end of the input.</summary>
    public bool Fill()
    {
        MakeRoom();
        nint count = Posix.ReadSome(Posix.StandardInput, _data + _end, _room - _end);
        _end += Math.Max(count, 0);
        return count != 0;
    }

    /// <summary>The next complete line with its LF, valid until the next <see cref="Fill"/>.</summary>
    public bool TryTake(out byte* line, out nint length)
    {
        int at = new ReadOnlySpan<byte>(_data + _scanned, (int)(_end - _scanned)).IndexOf((byte)'\n');
        line = _data + _start;
        if (at < 0)
        {
            _scanned = _end;
            length = 0;
            return false;
        }

        length = _scanned + at + 1 - _start;
        _start = _scanned += at + 1;
        return true;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _scanned = _end = 0;
            if (_room > KeptRoom)
            {
                Resize(SmallRoom);
            }
        }

        if (_end < _room)
        {
            return;
        }

        if (_start > 0)
        {
            Buffer.MemoryCopy(_data + _start, _data, _room, _end - _start);
            _end -= _start;
            _scanned -= _start;
            _start = 0;
        }

        if (_end < _room / 2)
        {
            return;
        }

        if (_room >= LongestLine)
        {
            Diagnostics.Fail(ExitCode.LineTooLong, "an input line is longer than 512 MB"u8);
        }

        Resize(Math.Min(_room * 2, LongestLine));
    }

    private void Resize(nint room)
    {
        _data = (byte*)NativeMemory.Realloc(_data, (nuint)room);
        _room = room;
    }
}
