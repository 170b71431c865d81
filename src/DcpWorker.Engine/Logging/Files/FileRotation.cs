using System.Globalization;
using System.Text;

namespace DcpWorker.Engine.Logging.Files;

/// <summary>Decides when a log file is put aside, and does so: PATH becomes PATH.1, PATH.1 becomes PATH.2, and the oldest goes.</summary>
internal sealed class FileRotation(FileSinkOptions options, TimeProvider time)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(1);
    private const int LongestTime = 64;

    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    /// <summary>Whether so many bytes more are too much for the file, or its first line is too old.</summary>
    public bool IsDue(FileStream file, int bytes)
    {
        if (!file.CanSeek || file.Length == 0 || time.GetUtcNow() < _notBefore)
        {
            return false;
        }

        return (options.MaxSize is { } most && file.Length + bytes > most)
            || (options.MaxAge is { } age && time.GetUtcNow() - Beginning(file) >= age);
    }

    /// <summary>Puts the file aside. When that cannot be, it is written to as before, and this is tried again a minute later.</summary>
    public void PutAside()
    {
        try
        {
            Shift();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _notBefore = time.GetUtcNow() + PauseAfterFailure;
        }
    }

    private void Shift()
    {
        for (int i = Math.Max(options.Keep, 1); File.Exists(Aside(i)); i++)
        {
            File.Delete(Aside(i));
        }

        for (int i = options.Keep - 1; i >= 1; i--)
        {
            if (File.Exists(Aside(i)))
            {
                File.Move(Aside(i), Aside(i + 1), overwrite: true);
            }
        }

        if (options.Keep == 0)
        {
            File.Delete(options.Path);
        }
        else
        {
            File.Move(options.Path, Aside(1), overwrite: true);
        }
    }

    private string Aside(int number) => string.Create(CultureInfo.InvariantCulture, $"{options.Path}.{number}");

    // the first line knows; a file of another origin is as old as the file system says
    private DateTimeOffset Beginning(FileStream file)
    {
        Span<byte> start = stackalloc byte[LongestTime];
        int length = RandomAccess.Read(file.SafeFileHandle, start, 0);
        return LogLines.TimeOf(Encoding.UTF8.GetString(start[..length])) ?? File.GetCreationTimeUtc(options.Path);
    }
}
