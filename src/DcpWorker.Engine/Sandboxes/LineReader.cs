namespace DcpWorker.Engine.Sandboxes;

/// <summary>Cuts a stream into lines ended by LF, each byte looked at once, however long the line.</summary>
internal sealed class LineReader(Stream stream, int maxLine)
{
    private const int SmallBuffer = 16 << 10;
    private const int KeptBuffer = 1 << 20;

    private byte[] _buffer = new byte[SmallBuffer];
    private int _start;
    private int _scanned;
    private int _end;

    /// <summary>The next line without its LF, valid until the next call; null at the end of the stream.</summary>
    /// <exception cref="SandboxException">The line is longer than is allowed.</exception>
    /// <exception cref="IOException">The connection failed.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            int end = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            if (end >= 0)
            {
                ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, _scanned + end - _start);
                _scanned = _start = _scanned + end + 1;
                return line;
            }

            _scanned = _end;
            if (_end - _start > maxLine)
            {
                throw new SandboxException(SandboxException.ProtocolViolation, $"The sandbox sent a line of more than {maxLine} bytes.");
            }

            MakeRoom();
            int count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            _end += count;
        }
    }

    private void MakeRoom()
    {
        int length = _end - _start;
        bool shrink = length == 0 && _buffer.Length > KeptBuffer;
        if (_end < _buffer.Length && !shrink)
        {
            return;
        }

        long wanted = shrink ? SmallBuffer : length > _buffer.Length / 2 ? Math.Min(2L * _buffer.Length, Array.MaxLength) : _buffer.Length;
        byte[] target = wanted == _buffer.Length ? _buffer : new byte[wanted];
        _buffer.AsSpan(_start, length).CopyTo(target);
        (_buffer, _start, _scanned, _end) = (target, 0, length, length);
    }
}
