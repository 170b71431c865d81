using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DcpWorker.Engine.Control;

/// <summary>Who is at the other end of a Unix socket, as the kernel knows it.</summary>
internal static partial class UnixPeer
{
    // unix(7): SO_PEERCRED fills struct ucred {pid, uid, gid}
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int Size = 12;

    /// <summary>The user id of the peer; of who listens when asked of the end that connected.</summary>
    /// <exception cref="SocketException">The kernel does not tell.</exception>
    public static unsafe uint UserOf(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            Span<byte> credentials = stackalloc byte[Size];
            int length = socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
            return length == Size ? MemoryMarshal.Read<uint>(credentials[4..]) : throw new SocketException((int)SocketError.OperationNotSupported);
        }

        uint user;
        uint group;
        return GetPeerId((int)socket.Handle, &user, &group) == 0 ? user : throw new SocketException(Marshal.GetLastPInvokeError());
    }

    // BSD and macOS
    [LibraryImport("libc", EntryPoint = "getpeereid", SetLastError = true)]
    private static unsafe partial int GetPeerId(int socket, uint* user, uint* group);
}
