using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using DcpWorker.Engine.Configuration;

namespace DcpWorker.Engine.Control;

/// <summary>A Unix socket that the owner alone can connect to, and root.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixControlListener : IControlListener
{
    private const int Backlog = 64;

    private readonly Socket _socket;

    private UnixControlListener(Socket socket, string path) => (_socket, Path) = (socket, path);

    public string Path { get; }

    /// <summary>Listens in the first of the folders in which that is possible.</summary>
    /// <exception cref="ControlException">In none of them.</exception>
    public static UnixControlListener Open(string fileName)
    {
        List<string> problems = [];
        foreach (string folder in ControlFolder.Own(problems))
        {
            try
            {
                return OpenIn(folder, fileName);
            }
            catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                // ArgumentException: longer than a socket's address may be (108 bytes on Linux)
                problems.Add(e is ArgumentException ? $"{folder} is too long a path for a socket" : $"{folder}: {e.Message}");
            }
        }

        throw new ControlException(ControlException.Unavailable, $"There is no place for a control socket ({string.Join("; ", problems)}). Name a folder of your own in {ControlFolder.Variable}.");
    }

    public async Task<Stream?> AcceptAsync(CancellationToken ct)
    {
        Socket connection = await _socket.AcceptAsync(ct).ConfigureAwait(false);
        try
        {
            uint user = UnixPeer.UserOf(connection);
            if (user == 0 || user == FileOwner.GetEffectiveUser())
            {
                return new NetworkStream(connection, ownsSocket: true);
            }

            // the mode of the socket keeps strangers out already; this is for the day on which it does not
            await connection.SendAsync(
                Encoding.UTF8.GetBytes(ControlProtocol.Write(ControlAnswer.Error(ControlException.Refused, "This belongs to another user.")) + "\n"), ct).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // gone again already
        }

        connection.Dispose();
        return null;
    }

    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(Path);
    }

    private static UnixControlListener OpenIn(string folder, string fileName)
    {
        // Nobody may find a socket that does not listen yet, and take it for one of a dead process.
        string path = System.IO.Path.Combine(folder, fileName);
        string temporary = System.IO.Path.Combine(folder, "." + fileName[..^1]);
        UnixDomainSocketEndPoint place = new(temporary);
        _ = new UnixDomainSocketEndPoint(path);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(temporary);
            socket.Bind(place);
            File.SetUnixFileMode(temporary, AtomicFile.OwnerOnly);
            socket.Listen(Backlog);
            File.Move(temporary, path, overwrite: true);
            return new UnixControlListener(socket, path);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
