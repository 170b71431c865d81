using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DcpWorker.Engine;

/// <summary>
/// A folder that is held open, so that everything done in it is done in the same one, whatever its path leads to by then. What somebody
/// else may change between two steps is no danger to root in this way. Linux, 64 bit; constants from the kernel's own headers.
/// </summary>
internal sealed partial class FolderHandle : SafeHandleMinusOneIsInvalid
{
    private const int ReadWrite = 0x2;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;
    private const int AtFdCwd = -100;
    private const int AtNoFollow = 0x100;
    private const int AtEmptyPath = 0x1000;
    private const uint NoReplace = 1;
    private const int MaxLink = 4096;

    private const int EPerm = 1;
    private const int ENoEnt = 2;
    private const int EAcces = 13;
    private const int EInval = 22;
    private const int ENoSys = 38;

    // statx(2): a fixed layout on every architecture
    private const uint TypeModeOwner = 0x1 | 0x2 | 0x8 | 0x10;
    private const int StatusSize = 256;
    private const int UserAt = 20;
    private const int GroupAt = 24;
    private const int ModeAt = 28;

    /// <summary>Leaves an owner or a group as it is.</summary>
    public const uint Unchanged = uint.MaxValue;

    private readonly string _path;

    private FolderHandle(int descriptor, string path)
        : base(ownsHandle: true)
    {
        SetHandle(descriptor);
        _path = path;
    }

    // the one constant that is not the same everywhere
    private static int NoFollow => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    private int Descriptor => (int)handle;

    /// <summary>Opens a folder, which may be one that can be entered but not listed.</summary>
    /// <exception cref="IOException">It is not there, or no folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be reached.</exception>
    public static FolderHandle Open(string path)
    {
        // the slash refuses what is no folder
        int descriptor = OpenAt(AtFdCwd, path + "/", PathOnly | CloseOnExec, 0);
        return descriptor >= 0 ? new FolderHandle(descriptor, path) : throw Failure(path, isFolder: true);
    }

    /// <summary>What a name in it stands for, a link for itself; null when there is nothing.</summary>
    public FileStatus? StatusOf(string name) => Status(Descriptor, name, AtNoFollow) ?? (Marshal.GetLastPInvokeError() == ENoEnt ? null : throw Failure(Full(name)));

    /// <summary>What the folder itself is.</summary>
    public FileStatus Status() => Status(Descriptor, "", AtEmptyPath) ?? throw Failure(_path);

    /// <summary>What a file that is open is.</summary>
    public FileStatus StatusOf(SafeFileHandle file) => Status((int)file.DangerousGetHandle(), "", AtEmptyPath) ?? throw Failure(_path);

    /// <summary>Makes a file that was not there, for reading and writing. Never follows a link.</summary>
    public SafeFileHandle CreateFile(string name, UnixFileMode mode)
    {
        int descriptor = OpenAt(Descriptor, name, ReadWrite | Create | Exclusive | CloseOnExec, (int)mode);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(Full(name));
    }

    /// <summary>Gives a file that is open to a user and a group; false when this process may not.</summary>
    public static bool Give(SafeFileHandle file, uint user, uint group) => ChangeOwner((int)file.DangerousGetHandle(), user, group) == 0;

    /// <summary>Renames a file in the folder.</summary>
    /// <exception cref="IOException">There is one of the other name, and it is not to be replaced…</exception>
    public void Rename(string from, string to, bool overwrite)
    {
        if (RenameAt(Descriptor, from, Descriptor, to, overwrite ? 0 : NoReplace) == 0)
        {
            return;
        }

        // not every file system can refuse to replace, but a second name is never made over another
        if (overwrite || Marshal.GetLastPInvokeError() is not (EInval or ENoSys) || LinkAt(Descriptor, from, Descriptor, to, 0) != 0)
        {
            throw Failure(Full(to));
        }

        Remove(from);
    }

    /// <summary>Removes a file if it is there and that is allowed.</summary>
    public void Remove(string name) => _ = UnlinkAt(Descriptor, name, 0);

    /// <summary>Where a link leads, and whose it is; null when the name stands for no link.</summary>
    public unsafe (string Target, uint Owner)? LinkOf(string name)
    {
        // both are asked of the same link, whatever takes its place meanwhile
        using SafeFileHandle link = new(OpenAt(Descriptor, name, PathOnly | NoFollow | CloseOnExec, 0), ownsHandle: true);
        if (link.IsInvalid)
        {
            return Marshal.GetLastPInvokeError() == ENoEnt ? null : throw Failure(Full(name));
        }

        FileStatus status = StatusOf(link);
        if (!status.IsLink)
        {
            return null;
        }

        byte* text = stackalloc byte[MaxLink];
        nint length = ReadLinkAt((int)link.DangerousGetHandle(), "", text, MaxLink);
        return length >= 0 ? (Encoding.UTF8.GetString(text, (int)length), status.User) : throw Failure(Full(name));
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Close(Descriptor) == 0;

    private static unsafe FileStatus? Status(int descriptor, string name, int flags)
    {
        byte* buffer = stackalloc byte[StatusSize];
        return Statx(descriptor, name, flags, TypeModeOwner, buffer) == 0
            ? new FileStatus(*(uint*)(buffer + UserAt), *(uint*)(buffer + GroupAt), *(ushort*)(buffer + ModeAt))
            : null;
    }

    // as .NET tells the same of its own calls
    private static Exception Failure(string path, bool isFolder = false)
    {
        int error = Marshal.GetLastPInvokeError();
        string text = $"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'";
        return error switch
        {
            EAcces or EPerm => new UnauthorizedAccessException(text),
            ENoEnt => isFolder ? new DirectoryNotFoundException(text) : new FileNotFoundException(text),
            _ => new IOException(text, error),
        };
    }

    private string Full(string name) => Path.Combine(_path, name);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string name, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(int descriptor, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(int fromFolder, string from, int toFolder, string to, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(int folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint ReadLinkAt(int folder, string name, byte* text, nuint size);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}

/// <summary>Whose a file is, and what its mode says.</summary>
/// <param name="User">Its owner.</param>
/// <param name="Group">Its group.</param>
/// <param name="Bits">Type and mode as the kernel has them.</param>
internal readonly record struct FileStatus(uint User, uint Group, int Bits)
{
    private const int TypeBits = 0xf000;

    /// <summary>Whether it is a file of bytes: no folder, link, pipe, device or socket.</summary>
    public bool IsFile => (Bits & TypeBits) == 0x8000;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (Bits & TypeBits) == 0xa000;

    /// <summary>Who may read, write and execute it; nothing of whom it runs as.</summary>
    public UnixFileMode Permissions => (UnixFileMode)(Bits & 0b111_111_111);
}
