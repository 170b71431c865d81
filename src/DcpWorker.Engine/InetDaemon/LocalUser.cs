using System.Globalization;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>Reads whose connections from this machine are admitted.</summary>
public static class LocalUser
{
    /// <summary>The word for the user that the daemon runs as.</summary>
    public const string Self = "self";

    /// <summary>The uid of <c>self</c>, of a local user by name, or the number itself.</summary>
    /// <exception cref="InetDaemonException">There is no such user.</exception>
    public static uint Parse(string text) =>
        text == Self ? Linux.LibC.EffectiveUserId()
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint uid) ? uid
        : UnixUser.Find(text)?.Uid ?? throw new InetDaemonException(
            "UnknownUser", $"There is no local user '{text}' to admit. Give the name of one, its number, or '{Self}' for the inet-daemon's own user.");
}
