using System.Net;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>Reads which other machines may connect.</summary>
public static class AllowedNetwork
{
    /// <summary>Reads <c>192.168.1.0/24</c>, or a single address.</summary>
    /// <exception cref="InetDaemonException">It is neither.</exception>
    public static IPNetwork Parse(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new InetDaemonException(
                "NetworkInvalid", $"'{text}' is no network. Write its first address and the length of its prefix, such as 192.168.1.0/24, or a single address.");
    }
}
