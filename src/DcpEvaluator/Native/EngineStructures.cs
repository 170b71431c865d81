using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace DcpEvaluator.Native;

/// <summary>Mirrors <c>dcp_exit_codes</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EngineExitCodes
{
    public int InternalFault;
    public int OutOfMemory;
    public int PeerGone;

    public static EngineExitCodes Ours => new()
    {
        InternalFault = (int)ExitCode.InternalFault,
        OutOfMemory = (int)ExitCode.OutOfMemory,
        PeerGone = (int)ExitCode.PeerGone,
    };
}

/// <summary>Mirrors <c>dcp_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EngineOptions
{
    public byte* V8Flags;
    public long HeapLimitBytes;
    public long BufferLimitBytes;
    public EngineExitCodes ExitCodes;
}

/// <summary>Mirrors <c>dcp_host</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EngineHost
{
    public delegate* unmanaged<byte*, long, void> WriteLine;
    public delegate* unmanaged<double, void> NextTimer;
    public delegate* unmanaged<int, void> Die;
    public delegate* unmanaged<int, byte*, long, void> Report;
}

/// <summary>Mirrors <c>DCP_OK</c> and its neighbours.</summary>
internal enum EngineOutcome
{
    Ok = 0,
    Threw = 1,
    Rejected = 2,
    Unreadable = 3,
    TooLong = 4,
}
