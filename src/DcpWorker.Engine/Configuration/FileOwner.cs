using System.Runtime.InteropServices;

namespace DcpWorker.Engine.Configuration;

/// <summary>Who owns a file, which .NET does not tell: asked of the C library's <c>statx</c>.</summary>
internal static partial class FileOwner
{
    private const int AtFdCwd = -100;
    private const int NoFollow = 0x100;
    private const uint StatxUidGidMode = 0x2 | 0x8 | 0x10;
    private const int UserOffset = 20;
    private const int GroupOffset = 24;
    private const int StatxSize = 256;

    /// <summary>
    /// Whether the owner of <paramref name="path"/> is root, the effective user, or the owner of this program, or its
    /// group is this program's.
    /// </summary>
    public static bool IsTrusted(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            // no statx there: the world-writable check alone stands
            return true;
        }

        (uint user, uint group) = Of(path);
        if (user == 0 || user == GetEffectiveUser())
        {
            return true;
        }

        string program = Path.Combine(EngineFiles.Folder, "DcpWorker.Engine.dll");
        if (!File.Exists(program))
        {
            program = Environment.ProcessPath ?? "";
        }

        if (!File.Exists(program))
        {
            return false;
        }

        (uint programUser, uint programGroup) = Of(program);
        return user == programUser || group == programGroup;
    }

    /// <summary>The effective user id of this process.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUser();

    /// <summary>The user who owns a file, a folder or a symbolic link itself. Linux only.</summary>
    /// <exception cref="IOException">It is not there, or cannot be looked at.</exception>
    public static uint UserOf(string path) => Of(path, NoFollow).User;

    private static unsafe (uint User, uint Group) Of(string path, int flags = 0)
    {
        byte* buffer = stackalloc byte[StatxSize];
        if (Statx(AtFdCwd, path, flags, StatxUidGidMode, buffer) != 0)
        {
            throw new IOException($"Cannot tell the owner of {path}: error {Marshal.GetLastPInvokeError()} of statx.");
        }

        return (*(uint*)(buffer + UserOffset), *(uint*)(buffer + GroupOffset));
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* buffer);
}
