using System.Runtime.InteropServices;

namespace DcpEvaluator.Native;

/// <summary>The functions of <c>native/dcp_engine.h</c>, which describes them.</summary>
internal static unsafe partial class EngineLibrary
{
    private const string Library = "libdcpv8";

    [LibraryImport(Library, EntryPoint = "dcp_v8_version")]
    public static partial byte* V8Version();

    [LibraryImport(Library, EntryPoint = "dcp_open_standard_streams")]
    public static partial int OpenStandardStreams();

    [LibraryImport(Library, EntryPoint = "dcp_engine_create")]
    public static partial nint Create(EngineOptions* options, EngineHost* host);

    [LibraryImport(Library, EntryPoint = "dcp_engine_run_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial EngineOutcome RunFile(nint engine, string path, string name, string? cache);

    [LibraryImport(Library, EntryPoint = "dcp_engine_save_code_cache", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SaveCodeCache(nint engine, string name, string cache);

    [LibraryImport(Library, EntryPoint = "dcp_engine_line")]
    public static partial EngineOutcome Line(nint engine, byte* text, long length);

    [LibraryImport(Library, EntryPoint = "dcp_engine_timer")]
    public static partial EngineOutcome Timer(nint engine);

    [LibraryImport(Library, EntryPoint = "dcp_engine_wake_fd")]
    public static partial int WakeDescriptor(nint engine);

    [LibraryImport(Library, EntryPoint = "dcp_engine_task_delay")]
    public static partial double TaskDelay(nint engine);

    [LibraryImport(Library, EntryPoint = "dcp_engine_run_tasks")]
    public static partial EngineOutcome RunTasks(nint engine);

    [LibraryImport(Library, EntryPoint = "dcp_watch_hang_up")]
    public static partial int WatchHangUp(int descriptor, int graceMilliseconds, EngineExitCodes* exitCodes);

    [LibraryImport(Library, EntryPoint = "dcp_set_hang_up_grace")]
    public static partial void SetHangUpGrace(int graceMilliseconds);

    [LibraryImport(Library, EntryPoint = "dcp_limit_memory")]
    public static partial int LimitMemory(long bytes);

    [LibraryImport(Library, EntryPoint = "dcp_lock_down")]
    public static partial int LockDown(nint engine);

    [LibraryImport(Library, EntryPoint = "dcp_probe", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Probe(string what);

    [LibraryImport(Library, EntryPoint = "dcp_die_with_parent")]
    public static partial int DieWithParent(int parent);

    [LibraryImport(Library, EntryPoint = "dcp_spawn_self")]
    public static partial int SpawnSelf(byte** arguments, int standardStreams);
}
