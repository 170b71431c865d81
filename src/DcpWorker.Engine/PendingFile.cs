using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace DcpWorker.Engine;

/// <summary>
/// A file in the making, in the folder of the one whose place it is to take. It takes owner, group and mode over from that one (on Linux;
/// elsewhere the mode), before anybody finds it there. Root may use it in folders of others: what they do to names meanwhile changes nothing
/// but their own folder.
/// </summary>
internal sealed class PendingFile : IDisposable
{
    private const UnixFileMode Anybodys = (UnixFileMode)0b110_110_110;

    private readonly string _path;
    private readonly string _name;
    private readonly string _temporary;
    private readonly UnixFileMode? _mode;
    private readonly bool _isForFolder;
    private readonly FolderHandle? _folder;
    private readonly SafeFileHandle _file;

    /// <summary>Makes an empty file under a name that is nobody's.</summary>
    /// <param name="path">The full path of the file to be.</param>
    /// <param name="mode">Its mode; null for that of the file that is replaced, else the usual default.</param>
    /// <param name="isForFolder">Whether a new one that root makes is for the owner of the folder.</param>
    /// <exception cref="IOException">The folder is not there, the disk is full…</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be made in the folder.</exception>
    public PendingFile(string path, UnixFileMode? mode = null, bool isForFolder = false)
    {
        (_path, _mode, _isForFolder) = (path, mode, isForFolder);
        string folder = Path.GetDirectoryName(path) ?? throw new IOException($"{path} is not the name of a file.");
        _name = Path.GetFileName(path);
        _temporary = $".{_name}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}.tmp";
        if (!OperatingSystem.IsLinux())
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                _mode ??= File.Exists(path) ? File.GetUnixFileMode(path) : null;
                options.UnixCreateMode = _mode;
            }

            Content = new FileStream(Path.Combine(folder, _temporary), options);
            _file = Content.SafeFileHandle;
            return;
        }

        _folder = FolderHandle.Open(folder);
        try
        {
            // what is replaced may be a secret; what is new is none unless the mode says so
            _file = _folder.CreateFile(_temporary, _folder.StatusOf(_name) is { IsFile: true } ? AtomicFile.OwnerOnly : mode ?? Anybodys);
            Content = new FileStream(_file, FileAccess.ReadWrite);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    /// <summary>What is written to it. What is read from it was written.</summary>
    public FileStream Content { get; }

    /// <summary>Puts the file in its place, once all of it is on the disk.</summary>
    /// <param name="overwrite">Whether a file may be there; decided at the rename, so that no other writer is overrun.</param>
    /// <returns>Whose it should be and is not; null when it belongs to whom it should.</returns>
    /// <exception cref="IOException">There is one, or something that is no file; or the disk is full…</exception>
    public uint? Place(bool overwrite)
    {
        if (_folder is null || !OperatingSystem.IsLinux())
        {
            Content.Flush(flushToDisk: true);
            Content.Dispose();
            File.Move(Content.Name, _path, overwrite);
            return null;
        }

        uint? owner = null;
        FileStatus? present = overwrite ? _folder.StatusOf(_name) : null;
        if (present is { IsFile: true } before)
        {
            owner = TakeOver(before);
        }
        else if (present is { IsLink: false })
        {
            throw new IOException($"{_path} is not a file.");
        }
        else if (_isForFolder && RootUser.IsCurrent)
        {
            FileStatus folder = _folder.Status();
            owner = FolderHandle.Give(_file, folder.User, folder.Group) ? null : folder.User;
        }

        Content.Flush(flushToDisk: true);
        _folder.Rename(_temporary, _name, overwrite);
        return owner;
    }

    /// <summary>Removes the file unless it is in its place.</summary>
    public void Dispose()
    {
        Content.Dispose();
        if (_folder is null)
        {
            File.Delete(Content.Name);
            return;
        }

        _folder.Remove(_temporary);
        _folder.Dispose();
    }

    /// <summary>Whose the file that is replaced was, if this one cannot be.</summary>
    [SupportedOSPlatform("linux")]
    private uint? TakeOver(FileStatus before)
    {
        FileStatus own = _folder!.StatusOf(_file);
        if ((own.User, own.Group) != (before.User, before.Group) && !FolderHandle.Give(_file, before.User, before.Group))
        {
            FolderHandle.Give(_file, FolderHandle.Unchanged, before.Group);
        }

        own = _folder.StatusOf(_file);
        File.SetUnixFileMode(_file, _mode ?? (own.Group == before.Group ? before.Permissions : WithoutGroup(before.Permissions)));
        return own.User == before.User ? null : before.User;
    }

    // who was in the group is among the others now, and the other way round: neither gets more than both had
    private static UnixFileMode WithoutGroup(UnixFileMode mode)
    {
        int both = ((int)mode >> 3) & (int)mode & 0b111;
        return (mode & (UnixFileMode)0b111_000_000) | (UnixFileMode)((both << 3) | both);
    }
}
