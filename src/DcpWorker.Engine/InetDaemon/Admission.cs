using System.Globalization;
using System.Net;
using DcpWorker.Engine.InetDaemon.Linux;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>Who may connect: users of this machine, and networks.</summary>
/// <param name="options">Who is named.</param>
/// <param name="owners">Tells whose a connection is.</param>
/// <param name="unknownUser">The uid that tells nothing, since it stands for all whom the daemon's user namespace does not know.</param>
internal sealed class Admission(InetDaemonOptions options, TcpOwners owners, uint? unknownUser)
{
    /// <summary>Why a connection is refused, in words; null when it is admitted. What cannot be told is refused.</summary>
    /// <param name="remote">The peer's end; null when it is gone already.</param>
    /// <param name="own">The daemon's end.</param>
    public string? RefusalReason(IPEndPoint? remote, IPEndPoint? own)
    {
        if (remote is null || own is null)
        {
            return "its peer is gone already";
        }

        bool isLoopback = IPAddress.IsLoopback(remote.Address);
        if (options.LocalUsers is { } users && UserRefusal(users, remote, own, isLoopback) is { } reason)
        {
            return reason;
        }

        return isLoopback || options.AllowFrom.Any(n => n.Contains(Plain(remote.Address))) ? null : $"{remote.Address} is in none of the allowed networks";
    }

    private string? UserRefusal(IReadOnlyList<uint> users, IPEndPoint remote, IPEndPoint own, bool isLoopback)
    {
        uint? owner;
        try
        {
            // whatever its address: this machine reaches itself by its other addresses too
            owner = owners.OwnerOf(remote, own);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"nobody can tell whose it is: {e.Message}";
        }

        if (owner is not null && owner == unknownUser)
        {
            return "nobody can tell whose it is: the daemon's user namespace does not know that user (the unit's PrivateUsers= hides all but its own and root)";
        }

        return owner is { } user
            ? users.Contains(user) ? null : string.Create(CultureInfo.InvariantCulture, $"user {user} of this machine is not among those who may connect")
            : isLoopback ? "nobody on this machine holds its other end" : null;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
