using System.Text;

namespace DcpWorker.Engine.Logging.Files;

/// <summary>
/// A log file. It is opened by its name for each block of lines, and locked while they are appended: processes that share it
/// do not destroy each other's lines, and whoever moves it away (logrotate, an admin, another process of ours) finds that
/// the next line begins a new one. Nothing is kept in memory: what was written survives the end of the process, however it comes.
/// </summary>
internal sealed class FileSink : ILogSink
{
    private const int BlockSize = 64 * 1024;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private const int MostReopened = 10;
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(5);

    private readonly FileSinkOptions _options;
    private readonly LogSource _source;
    private readonly TimeProvider _time;
    private readonly FileRotation _rotation;

    public FileSink(FileSinkOptions options, LogSource source, TimeProvider time)
    {
        (_options, _source, _time) = (options, source, time);
        _rotation = new FileRotation(options, time);
    }

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<LogEntry> entries)
    {
        byte[] block = Encode(entries, out int count);
        using FileStream file = OpenForWriting(block.Length);
        Append(file, block);
        return count;
    }

    /// <summary>Makes the file, when it was moved away, without waiting for the next line.</summary>
    public void Reopen()
    {
        using FileStream file = Open();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private byte[] Encode(ReadOnlySpan<LogEntry> entries, out int count)
    {
        StringBuilder block = new();
        for (count = 0; count < entries.Length && block.Length < BlockSize; count++)
        {
            block.Append(LogLines.Write(entries[count], _source, _options.Format)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(block.ToString());
    }

    /// <summary>The file, locked, with room for so many bytes.</summary>
    private FileStream OpenForWriting(int bytes)
    {
        for (int i = 0; i < MostReopened; i++)
        {
            FileStream file = Open();
            try
            {
                // between opening and locking, another process may have put it aside
                bool isCurrent = !file.CanSeek || (new FileInfo(_options.Path) is { Exists: true } named && named.Length == file.Length);
                if (isCurrent && !_rotation.IsDue(file, bytes))
                {
                    return file;
                }

                if (isCurrent)
                {
                    _rotation.PutAside();
                }
            }
            catch
            {
                file.Dispose();
                throw;
            }

            file.Dispose();
        }

        throw new IOException($"'{_options.Path}' is moved away again and again while it is opened.");
    }

    private FileStream Open()
    {
        bool isNew = !File.Exists(_options.Path);
        FileStream file = OpenLocked();
        if (isNew && !OperatingSystem.IsWindows())
        {
            // not what the umask leaves of it
            File.SetUnixFileMode(file.SafeFileHandle, Mode);
        }

        return file;
    }

    private FileStream OpenLocked()
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            // On Unix, None is an advisory lock (flock) that hinders no reader. On Windows it would; there, Read keeps writers out.
            Share = OperatingSystem.IsWindows() ? FileShare.Read | FileShare.Delete : FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Mode;
        }

        long start = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(_options.Path, options);
            }
            catch (IOException e) when (IsSharingViolation(e) && _time.GetElapsedTime(start) < LockLimit)
            {
                Thread.Sleep(LockRetry);
            }
        }
    }

    // ERROR_SHARING_VIOLATION; EWOULDBLOCK of flock has the same HResult in .NET on Linux, and 35 on BSD and macOS
    private static bool IsSharingViolation(IOException e) => (e.HResult & 0xFFFF) is 32 or 11 or 35;

    private static void Append(FileStream file, byte[] block)
    {
        if (!file.CanSeek)
        {
            file.Write(block);
            return;
        }

        long before = file.Length;
        file.Position = before;
        try
        {
            if (before > 0 && !EndsWithLine(file, before))
            {
                // somebody died in the middle of a line
                file.WriteByte((byte)'\n');
            }

            file.Write(block);
        }
        catch
        {
            // whole lines or nothing: a full disk takes part of a block
            file.SetLength(before);
            throw;
        }
    }

    private static bool EndsWithLine(FileStream file, long length)
    {
        file.Position = length - 1;
        return file.ReadByte() == '\n';
    }
}
