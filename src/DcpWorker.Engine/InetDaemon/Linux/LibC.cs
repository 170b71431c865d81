using System.Runtime.InteropServices;

namespace DcpWorker.Engine.InetDaemon.Linux;

/// <summary>The system calls that .NET has no face for. Linux, 64 bit; constants from the kernel's own headers.</summary>
internal static unsafe partial class LibC
{
    internal const short PollIn = 0x1;
    internal const short PollErr = 0x8;
    internal const short PollHup = 0x10;
    internal const short PollRdHup = 0x2000;

    internal const int SigKill = 9;
    internal const int SigContinue = 18;
    internal const int SigStop = 19;
    internal const int EIntr = 4;
    internal const int NoHang = 1;
    internal const int CloseOnExec = 0x80000;
    internal const int NonBlock = 0x800;
    internal const int GetFlags = 3;
    internal const int SetFlags = 4;

    internal const short SpawnSetProcessGroup = 0x02;
    internal const short SpawnSetSignalDefault = 0x04;
    internal const short SpawnSetSignalMask = 0x08;

    private const string Library = "libc";
    private const long PidFdOpenNumber = 434;   // the same on every architecture

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe2(int* ends, int flags);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Fcntl(int descriptor, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int processId, int signal);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitPid(int processId, int* status, int options);

    [LibraryImport(Library, EntryPoint = "setpriority", SetLastError = true)]
    internal static partial int SetPriority(int which, uint who, int value);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUserId();

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint argument1, nint argument2);

    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    internal static partial int Spawn(int* processId, byte* path, byte* fileActions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int FileActionsInit(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int FileActionsDestroy(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int FileActionsAddDup2(byte* actions, int from, int to);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    internal static partial int FileActionsAddChangeDirectory(byte* actions, byte* path);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    internal static partial int FileActionsAddCloseFrom(byte* actions, int first);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static partial int AttributesInit(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int AttributesDestroy(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setpgroup")]
    internal static partial int AttributesSetProcessGroup(byte* attributes, int group);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int AttributesSetSignalDefault(byte* attributes, byte* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int AttributesSetSignalMask(byte* attributes, byte* signals);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    internal static partial int SignalsNone(byte* signals);

    [LibraryImport(Library, EntryPoint = "sigfillset")]
    internal static partial int SignalsAll(byte* signals);

    /// <summary>A descriptor that becomes readable when the process exits (Linux 5.3), or -1.</summary>
    internal static int PidFdOpen(int processId) => (int)SystemCall((nint)PidFdOpenNumber, processId, 0);

    /// <summary>The text of the last call's error.</summary>
    internal static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
