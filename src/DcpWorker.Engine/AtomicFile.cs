using System.Text;

namespace DcpWorker.Engine;

/// <summary>
/// Writes files whole or not at all: into a temporary file in the same folder, flushed to the disk, then renamed. Owner and group of a file
/// that is replaced stay, where this process may see to that: root's changes take nothing away from the user whose file it is (on Linux).
/// </summary>
public static class AtomicFile
{
    /// <summary>Owner may read and write, nobody else may do anything.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes <paramref name="content"/> to <paramref name="path"/>, replacing what is there.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="content">Every byte of it.</param>
    /// <param name="mode">
    /// Its mode, from the first moment on; null keeps that of the file being replaced, less what would be given to a group that could not be
    /// kept, else the usual default.
    /// </param>
    /// <param name="overwrite">Whether an existing file may be replaced; decided at the rename, so that no other writer is overrun.</param>
    /// <exception cref="IOException">The disk is full, the file exists, or the folder does not…</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null, bool overwrite = true)
    {
        using PendingFile file = new(Path.GetFullPath(path), mode);
        file.Content.Write(content);
        file.Place(overwrite);
    }

    /// <summary>As the other form, for UTF-8 text without a byte-order mark.</summary>
    public static void Write(string path, string content, UnixFileMode? mode = null, bool overwrite = true) =>
        Write(path, Encoding.UTF8.GetBytes(content), mode, overwrite);
}
