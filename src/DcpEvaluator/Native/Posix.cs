using System.Runtime.InteropServices;

namespace DcpEvaluator.Native;

/// <summary>The few system calls that the host makes itself.</summary>
internal static unsafe partial class Posix
{
    public const int StandardInput = 0, StandardOutput = 1, StandardError = 2;
    public const short PollIn = 1, PollOut = 4;
    public const int SignalPipe = 13, SignalChild = 17;
    private const int Interrupted = 4, TryAgain = 11, BrokenPipe = 32, ConnectionReset = 104;
    private const nint Ignore = 1;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary>Ends the process now: V8's threads must not outlive what they use, and nothing is buffered.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int code);

    [LibraryImport("libc", EntryPoint = "getuid")]
    public static partial uint UserId();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    public static void IgnoreSignal(int number) => _ = SetSignal(number, Ignore);

    /// <summary>Waits until one of the descriptors is ready or the time (ms, -1 = for ever) is over.</summary>
    /// <returns>How many are ready; 0 also after a signal.</returns>
    public static int Wait(PollDescriptor* descriptors, uint count, int milliseconds)
    {
        int ready = Poll(descriptors, count, milliseconds);
        return ready < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : ready;
    }

    /// <returns>Bytes read, 0 at the end, -1 when there is nothing now.</returns>
    public static nint ReadSome(int descriptor, byte* data, nint length)
    {
        nint count = Read(descriptor, data, length);
        return count >= 0 ? count : Marshal.GetLastPInvokeError() is Interrupted or TryAgain ? -1 : 0;
    }

    public static void WriteAll(int descriptor, ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            WriteAll(descriptor, start, data.Length);
        }
    }

    /// <summary>Writes everything, waiting as long as the reader takes. A reader that is gone ends the process.</summary>
    public static void WriteAll(int descriptor, byte* data, nint length)
    {
        while (length > 0)
        {
            nint written = Write(descriptor, data, length);
            if (written >= 0)
            {
                data += written;
                length -= written;
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain:
                    PollDescriptor one = new() { Descriptor = descriptor, Events = PollOut };
                    _ = Wait(&one, 1, -1);
                    break;
                case BrokenPipe or ConnectionReset when descriptor == StandardOutput:
                    Exit((int)ExitCode.Done);
                    break;
                case int when descriptor == StandardOutput:
                    Diagnostics.Fail(ExitCode.OutputFailed, "cannot write to standard output"u8);
                    break;
                default:
                    return; // a message that nobody can read
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* data, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, byte* data, nint length);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignal(int number, nint handler);
}
