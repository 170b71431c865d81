using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Linux;

namespace DcpWorker.Engine.Services;

/// <summary>
/// Sockets that a service manager listens on and has passed to this program (socket activation; sd_listen_fds(3)). They belong to the
/// manager, who goes on listening when this program has ended.
/// </summary>
public static class InheritedListeners
{
    private const string CountVariable = "LISTEN_FDS";
    private const string ProcessVariable = "LISTEN_PID";
    private const string NamesVariable = "LISTEN_FDNAMES";
    private const int First = 3;
    private const int Most = 64;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>
    /// The sockets passed to this process, in the manager's order; empty when there are none. The variables that tell of them are taken
    /// out of the environment, and the programs that this one starts do not inherit them.
    /// </summary>
    /// <exception cref="InetDaemonException">Something other than a listening TCP socket was passed.</exception>
    public static IReadOnlyList<Socket> Take()
    {
        (string? count, string? process) = (Take(CountVariable), Take(ProcessVariable));
        Take(NamesVariable);
        return OperatingSystem.IsLinux() && process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture) ? Open(count) : [];
    }

    private static Socket[] Open(string? text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count > Most)
        {
            throw Bad($"LISTEN_FDS is '{text}', not a number from 0 to {Most}");
        }

        return [.. Enumerable.Range(First, count).Select(Adopt)];
    }

    /// <summary>Makes a descriptor a socket of this program's, after a look at what it is.</summary>
    internal static Socket Adopt(int descriptor)
    {
        Socket socket;
        try
        {
            socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        }
        catch (SocketException e)
        {
            throw Bad($"descriptor {descriptor} is no socket ({e.Message})");
        }

        bool fits = socket.SocketType == SocketType.Stream
            && socket.LocalEndPoint is IPEndPoint
            && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is 1;
        if (!fits)
        {
            socket.Dispose();
            throw Bad($"descriptor {descriptor} does not listen for TCP connections: write ListenStream= with an address and a port, and Accept=no");
        }

        _ = LibC.Fcntl(descriptor, SetDescriptorFlags, CloseOnExec);
        return socket;
    }

    private static InetDaemonException Bad(string what) =>
        new("BadInheritedSocket", $"The service manager passed something that cannot be used: {what}.");

    private static string? Take(string variable)
    {
        string? value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }
}
