using System.Globalization;

namespace DcpWorker.Engine.InetDaemon.Linux;

/// <summary>The user namespace that this process is in (user_namespaces(7)).</summary>
internal static class UserNamespace
{
    // the kernel's own, where the file that says it is hidden
    private const uint UsualOverflowUser = 65534;

    /// <summary>
    /// The uid that stands for every user whom this namespace does not know, and so says of nobody who it is; null when it knows all users.
    /// </summary>
    /// <param name="proc">Where the kernel's files are.</param>
    public static uint? UnknownUser(string proc = "/proc")
    {
        string map = Path.Combine(proc, "self", "uid_map");
        if (!File.Exists(map) || KnowsAll(File.ReadAllText(map)))
        {
            return null;
        }

        string overflow = Path.Combine(proc, "sys", "kernel", "overflowuid");
        return File.Exists(overflow) && uint.TryParse(File.ReadAllText(overflow).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out uint user)
            ? user
            : UsualOverflowUser;
    }

    // FIRST-INSIDE FIRST-OUTSIDE COUNT on each line; the last number is no uid
    private static bool KnowsAll(string map) =>
        map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", var count]
        && uint.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out uint users) && users == uint.MaxValue;
}
