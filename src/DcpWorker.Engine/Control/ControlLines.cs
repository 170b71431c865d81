using System.Text;

namespace DcpWorker.Engine.Control;

/// <summary>Lines over a stream, bounded in length.</summary>
internal sealed class ControlLines(Stream stream, int maxLine)
{
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The next line without its end; null when the peer has closed. What has no end counts as nothing.</summary>
    /// <exception cref="ControlException">It is too long.</exception>
    /// <exception cref="IOException">The connection failed.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken ct)
    {
        int searched = _start;
        while (true)
        {
            int found = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, searched + found - _start);
                _start = searched + found + 1;
                return line;
            }

            if (_end - _start > maxLine)
            {
                throw new ControlException(ControlException.Invalid, $"A line is longer than {maxLine} bytes.");
            }

            searched = MakeRoom();
            int count = await stream.ReadAsync(_buffer.AsMemory(_end), ct).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            _end += count;
        }
    }

    public Task WriteAsync(string line, CancellationToken ct) => stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), ct).AsTask();

    /// <summary>Room for more behind what is there; the place from which on nothing has been searched.</summary>
    private int MakeRoom()
    {
        if (_end == _buffer.Length)
        {
            byte[] target = _start > _buffer.Length / 2 ? _buffer : new byte[2 * _buffer.Length];
            _buffer.AsSpan(_start, _end - _start).CopyTo(target);
            (_buffer, _end, _start) = (target, _end - _start, 0);
        }

        return _end;
    }
}
