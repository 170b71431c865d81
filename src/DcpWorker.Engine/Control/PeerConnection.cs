using System.Net;

namespace DcpWorker.Engine.Control;

/// <summary>A connection of this machine to an inet-daemon of it: both ends, since a port alone may be used for several.</summary>
/// <param name="From">The end of who connected.</param>
/// <param name="To">The daemon's end.</param>
internal sealed record PeerConnection(string From, string To)
{
    public static PeerConnection Of(IPEndPoint from, IPEndPoint to) => new(Text(from), Text(to));

    // The two ends may see the same address in its IPv4 and its IPv6 form.
    private static string Text(IPEndPoint end) =>
        (end.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(end.Address.MapToIPv4(), end.Port) : end).ToString();
}
