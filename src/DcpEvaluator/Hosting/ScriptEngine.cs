using System.Runtime.InteropServices;
using DcpEvaluator.Native;

namespace DcpEvaluator.Hosting;

/// <summary>
/// The JavaScript engine as the host sees it, and the only class that knows which engine it is. One a process,
/// used from one thread.
/// </summary>
internal sealed unsafe class ScriptEngine
{
    // The native side calls back without an argument: there is one engine a process.
    private static ScriptEngine? s_current;
    private readonly nint _engine;

    public ScriptEngine(EvaluatorOptions options)
    {
        s_current = this;
        // Kept for ever: V8 may look at its flags later.
        byte* flags = (byte*)Marshal.StringToCoTaskMemUTF8(options.V8Flags);
        EngineOptions native = new()
        {
            V8Flags = flags,
            HeapLimitBytes = options.MaxHeapBytes,
            BufferLimitBytes = options.MaxBufferBytes,
            ExitCodes = EngineExitCodes.Ours,
        };
        EngineHost host = new() { WriteLine = &OnWriteLine, NextTimer = &OnNextTimer, Die = &OnDie, Report = &OnReport };
        _engine = EngineLibrary.Create(&native, &host);
    }

    /// <summary>V8's version.</summary>
    public static string Version => Marshal.PtrToStringUTF8((nint)EngineLibrary.V8Version()) ?? "unknown";

    /// <summary>When the timer is to fire, in ms since the Unix epoch; 0 when it is not set.</summary>
    public double Timer { get; private set; }

    /// <summary>Readable when <see cref="RunTasks"/> has something to do.</summary>
    public int WakeDescriptor => EngineLibrary.WakeDescriptor(_engine);

    /// <summary>Milliseconds until the engine's next task is due; -1 when there is none.</summary>
    public double TaskDelay => EngineLibrary.TaskDelay(_engine);

    public EngineOutcome RunFile(string path, string? codeCache) =>
        EngineLibrary.RunFile(_engine, path, Path.GetFileName(path), codeCache is null ? null : CachePath(codeCache, path));

    /// <returns>0, or a negative errno.</returns>
    public int SaveCodeCache(string path, string directory) =>
        EngineLibrary.SaveCodeCache(_engine, Path.GetFileName(path), CachePath(directory, path));

    public EngineOutcome HandleLine(byte* text, nint length) => EngineLibrary.Line(_engine, text, length);

    public void FireTimer()
    {
        Timer = 0;
        _ = EngineLibrary.Timer(_engine);
    }

    public void RunTasks() => _ = EngineLibrary.RunTasks(_engine);

    /// <returns>0, or a negative errno.</returns>
    public int LockDown() => EngineLibrary.LockDown(_engine);

    private static string CachePath(string directory, string path) => Path.Combine(directory, Path.GetFileName(path) + ".v8cache");

    // No exception may leave these four: there is JavaScript below them on the stack.
    [UnmanagedCallersOnly]
    private static void OnWriteLine(byte* text, long length) => Posix.WriteAll(Posix.StandardOutput, text, (nint)length);

    [UnmanagedCallersOnly]
    private static void OnNextTimer(double when) => s_current!.Timer = when;

    [UnmanagedCallersOnly]
    private static void OnDie(int exitCode) => Posix.Exit(exitCode);

    [UnmanagedCallersOnly]
    private static void OnReport(int kind, byte* text, long length)
    {
        ReadOnlySpan<byte> name = kind switch
        {
            1 => "uncaught exception: "u8,
            2 => "unhandled rejection: "u8,
            _ => "warning: "u8,
        };
        Diagnostics.Report(name, new ReadOnlySpan<byte>(text, (int)length));
    }
}
