using System.Numerics;
using System.Runtime.InteropServices;

namespace DcpWorker.Engine.Limits;

/// <summary>How many cores this process may use.</summary>
public static partial class AvailableCores
{
    // 8192 cores; the kernel refuses a mask that is shorter than its own
    private const int MaskSize = 1024;

    /// <summary>
    /// The cores that it may run on (affinity, cpuset), but no more than the time that it gets of them (quota of its control groups and of those
    /// that they are in, rounded up); at least 1.
    /// </summary>
    /// <remarks>
    /// <see cref="Environment.ProcessorCount"/> takes the affinity and the quota of this process's own group, and overlooks those of the
    /// groups around it: of a slice of services, say, or of the pod around a container.
    /// </remarks>
    public static int Count { get; } = OperatingSystem.IsLinux() ? Of(Affinity(), new CgroupFolders()) : Environment.ProcessorCount;

    internal static int Of(int affinity, CgroupFolders folders) =>
        Math.Max(1, Math.Min(affinity, (int)Math.Ceiling(Math.Min(CgroupCpuQuota.Read(folders) ?? affinity, affinity))));

    /// <summary>Cores that the kernel would run this thread on; those of its cpuset only.</summary>
    internal static unsafe int Affinity()
    {
        Span<byte> mask = stackalloc byte[MaskSize];
        fixed (byte* first = mask)
        {
            return GetAffinity(0, MaskSize, first) == 0
                ? MemoryMarshal.Cast<byte, ulong>(mask).ToArray().Sum(BitOperations.PopCount)
                : Environment.ProcessorCount;
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static unsafe partial int GetAffinity(int thread, nuint size, byte* mask);
}
