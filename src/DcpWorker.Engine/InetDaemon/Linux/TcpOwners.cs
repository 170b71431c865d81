using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace DcpWorker.Engine.InetDaemon.Linux;

/// <summary>Who owns the other end of a connection within this machine, as <c>/proc/net/tcp</c> and <c>tcp6</c> say (proc(5)).</summary>
/// <param name="folder">The folder of the two files.</param>
internal sealed class TcpOwners(string folder = "/proc/net")
{
    private const int Local = 1;
    private const int Remote = 2;
    private const int User = 7;
    private const int Inode = 9;

    /// <summary>
    /// The uid that made the socket bound to <paramref name="peer"/> and connected to <paramref name="own"/>; null when there is no
    /// such socket here, or nobody holds it any more: then the kernel says 0, which is not to be taken for root.
    /// </summary>
    public uint? OwnerOf(IPEndPoint peer, IPEndPoint own)
    {
        (peer, own) = (Plain(peer), Plain(own));
        // a peer may have an IPv6 socket with a mapped address
        return Find("tcp", peer, own) ?? Find("tcp6", peer, own);
    }

    private uint? Find(string file, IPEndPoint peer, IPEndPoint own)
    {
        string path = Path.Combine(folder, file);
        if (!File.Exists(path))
        {
            return null;
        }

        string portSuffix = string.Create(CultureInfo.InvariantCulture, $":{peer.Port:X4}");
        foreach (string line in File.ReadLines(path).Skip(1))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > Inode && fields[Local].EndsWith(portSuffix, StringComparison.Ordinal)
                && peer.Equals(Read(fields[Local])) && own.Equals(Read(fields[Remote])) && fields[Inode] != "0"
                && uint.TryParse(fields[User], NumberStyles.None, CultureInfo.InvariantCulture, out uint user))
            {
                return user;
            }
        }

        return null;
    }

    /// <summary><c>0100007F:2328</c>: words of an address in the machine's order, a port in hexadecimal.</summary>
    private static IPEndPoint? Read(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is not (8 or 32) || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ushort port))
        {
            return null;
        }

        Span<uint> words = stackalloc uint[colon / 8];
        for (int i = 0; i < words.Length; i++)
        {
            if (!uint.TryParse(text.AsSpan(8 * i, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out words[i]))
            {
                return null;
            }
        }

        return Plain(new IPEndPoint(new IPAddress(MemoryMarshal.AsBytes(words)), port));
    }

    // without the scope of a link-local address, which the files do not have
    private static IPEndPoint Plain(IPEndPoint end) => new(
        end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : new IPAddress(end.Address.GetAddressBytes()), end.Port);
}
