using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DcpEvaluator.Native;

namespace DcpEvaluator.Hosting;

/// <summary>
/// Listens, and starts this program again for every connection, with the connection as its stdin and stdout, in a
/// process group of its own. A child sees its connection end by itself, and dies with this process.
/// </summary>
internal static class ConnectionListener
{
    public static ExitCode Run(EvaluatorOptions options, IReadOnlyList<string> arguments)
    {
        if (!IPAddress.IsLoopback(options.Listen))
        {
            Diagnostics.Warning($"listening on {options.Listen}: whoever reaches it can run code in a sandbox here");
        }

        using Socket listener = new(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(options.Listen, options.Port ?? 0));
            listener.Listen(128);
        }
        catch (SocketException e)
        {
            Diagnostics.Error($"cannot listen on {options.Listen} port {options.Port}: {e.SocketErrorCode}");
            return ExitCode.SystemRefused;
        }

        Posix.IgnoreSignal(Posix.SignalChild); // the system buries the children
        Announce(listener);
        string[] child = ["dcp-evaluator", .. WithoutListening(arguments), $"--parent-pid={Environment.ProcessId}"];

        // On the main thread for good: the children's parent-death signal is tied to the thread that started them.
        while (true)
        {
            try
            {
                using Socket connection = listener.Accept();
                connection.NoDelay = true;
                int pid = Spawn(child, (int)connection.Handle);
                if (pid < 0)
                {
                    Diagnostics.Error($"cannot start an evaluator: errno {-pid}");
                }
            }
            catch (SocketException e)
            {
                // The peer went away in between, or descriptors ran out: neither is for ever.
                Diagnostics.Warning($"a connection was lost: {e.SocketErrorCode}");
                Thread.Sleep(10);
            }
        }
    }

    /// <summary>The same command line with neither -p nor --listen.</summary>
    internal static IEnumerable<string> WithoutListening(IReadOnlyList<string> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--")
            {
                throw new UsageException("-- cannot be combined with --port");
            }

            if (argument is "-p" or "--port" or "--listen")
            {
                i++;
            }
            else if (!argument.StartsWith("--port=", StringComparison.Ordinal) && !argument.StartsWith("--listen=", StringComparison.Ordinal))
            {
                yield return argument;
            }
        }
    }

    private static void Announce(Socket listener)
    {
        try
        {
            Console.WriteLine($"Listening for connections on {listener.LocalEndPoint}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody is there to be told, as for a daemon: no reason not to listen.
        }
    }

    private static unsafe int Spawn(string[] arguments, int connection)
    {
        byte** native = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Length + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < arguments.Length; i++)
        {
            native[i] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[i]);
        }

        int pid = EngineLibrary.SpawnSelf(native, connection);
        for (int i = 0; i < arguments.Length; i++)
        {
            Marshal.FreeCoTaskMem((nint)native[i]);
        }

        NativeMemory.Free(native);
        return pid;
    }
}
