using System.Security.Cryptography;
using System.Text;

namespace DcpWorker.Engine;

/// <summary>Writes files whole or not at all: into a temporary file in the same folder, flushed to the disk, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Owner may read and write, nobody else may do anything.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes <paramref name="content"/> to <paramref name="path"/>, replacing what is there.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="content">Every byte of it.</param>
    /// <param name="mode">Its mode, from the first moment on; null keeps that of the file being replaced, else the usual default.</param>
    /// <param name="overwrite">Whether an existing file may be replaced; decided at the rename, so that no other writer is overrun.</param>
    /// <param name="verify">Looks at the temporary file before it takes its place; an exception leaves everything as it was.</param>
    /// <exception cref="IOException">The disk is full, the file exists, or the folder does not…</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null, bool overwrite = true, Action<string>? verify = null)
    {
        string full = Path.GetFullPath(path);
        if (mode is null && !OperatingSystem.IsWindows() && File.Exists(full))
        {
            mode = File.GetUnixFileMode(full);
        }

        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}.tmp");
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (mode is not null && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = mode;
            }

            using (FileStream file = new(temporary, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            verify?.Invoke(temporary);
            File.Move(temporary, full, overwrite);
        }
        finally
        {
            // gone already when all went well
            File.Delete(temporary);
        }
    }

    /// <summary>As the other form, for UTF-8 text without a byte-order mark.</summary>
    public static void Write(string path, string content, UnixFileMode? mode = null, bool overwrite = true) =>
        Write(path, Encoding.UTF8.GetBytes(content), mode, overwrite);
}
