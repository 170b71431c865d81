using System.Globalization;
using System.Runtime.InteropServices;

namespace DcpWorker.Engine.Logging.Streams;

/// <summary>Whether a stream goes to the journal: systemd says in <c>JOURNAL_STREAM</c> which one does. Source: systemd.exec(5).</summary>
public static partial class JournalConnection
{
    /// <summary>The variable: device and inode of the journal's socket.</summary>
    public const string Variable = "JOURNAL_STREAM";

    // statx(2): a fixed layout on every architecture
    private const int AtEmptyPath = 0x1000;
    private const uint Inode = 0x100;
    private const int Size = 256;
    private const int InodeAt = 32;
    private const int MajorAt = 136;
    private const int MinorAt = 140;

    /// <summary>Whether what is written to a descriptor of this process goes to the journal. It does not when it was redirected since.</summary>
    /// <param name="descriptor">1 for stdout, 2 for stderr.</param>
    /// <param name="variable">What <see cref="Variable"/> is set to.</param>
    public static bool Is(int descriptor, string? variable) =>
        OperatingSystem.IsLinux() && !string.IsNullOrEmpty(variable) && Identity(descriptor) == variable;

    /// <summary><c>DEVICE:INODE</c> of what a descriptor is open on; null when the kernel does not tell.</summary>
    internal static unsafe string? Identity(int descriptor)
    {
        Span<byte> status = stackalloc byte[Size];
        fixed (byte* buffer = status)
        {
            byte empty = 0;
            if (StatX(descriptor, &empty, AtEmptyPath, Inode, buffer) != 0)
            {
                return null;
            }
        }

        ulong inode = MemoryMarshal.Read<ulong>(status[InodeAt..]);
        ulong major = MemoryMarshal.Read<uint>(status[MajorAt..]);
        ulong minor = MemoryMarshal.Read<uint>(status[MinorAt..]);
        // as makedev(3) puts them together
        ulong device = ((major & 0xFFFFF000) << 32) | ((major & 0xFFF) << 8) | ((minor & 0xFFFFFF00) << 12) | (minor & 0xFF);
        return string.Create(CultureInfo.InvariantCulture, $"{device}:{inode}");
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static unsafe partial int StatX(int folder, byte* path, int flags, uint mask, byte* result);
}
