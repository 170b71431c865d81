using System.Globalization;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>The user and group that evaluators run as.</summary>
/// <param name="Uid">Numeric user id; not 0.</param>
/// <param name="Gid">Numeric group id.</param>
public sealed record UnixUser(uint Uid, uint Gid)
{
    private const string PasswordFile = "/etc/passwd";

    // the packages' own, and the one that is on every machine
    private static readonly string[] Unprivileged = ["dcp", "nobody"];

    /// <summary>
    /// The user that the evaluators of a daemon run as: the one that was named, else an unprivileged one when the daemon is root,
    /// else the daemon's own (null).
    /// </summary>
    /// <exception cref="InetDaemonException">There is no such user.</exception>
    public static UnixUser? ForEvaluators(string? name) => name is not null ? Parse(name)
        : !RootUser.IsCurrent ? null
        : Unprivileged.Select(Find).FirstOrDefault(u => u is { Uid: not 0 })
            ?? throw new InetDaemonException("UnknownUser", "There is no unprivileged user to run evaluators as, neither dcp nor nobody. Name one.");

    /// <summary>Reads <c>UID:GID</c> or the name of a local user, whose own group is taken.</summary>
    /// <exception cref="InetDaemonException">There is no such user, or it is root.</exception>
    public static UnixUser Parse(string text)
    {
        string[] parts = text.Split(':');
        UnixUser? user = parts.Length == 2 ? FromNumbers(parts[0], parts[1]) : Find(text);
        if (user is null)
        {
            throw new InetDaemonException("UnknownUser", $"There is no user '{text}' to run evaluators as. Give the name of a local user, or UID:GID.");
        }

        return user.Uid != 0
            ? user
            : throw new InetDaemonException("UserIsRoot", "Evaluators must not run as root. Give an unprivileged user.");
    }

    private static UnixUser? FromNumbers(string uid, string gid) =>
        uint.TryParse(uid, NumberStyles.None, CultureInfo.InvariantCulture, out uint u) && uint.TryParse(gid, NumberStyles.None, CultureInfo.InvariantCulture, out uint g)
            ? new UnixUser(u, g)
            : null;

    /// <summary>A user of the password file; null when there is none of that name.</summary>
    internal static UnixUser? Find(string name)
    {
        if (!File.Exists(PasswordFile))
        {
            return null;
        }

        // passwd(5): name:password:UID:GID:comment:home:shell
        string[]? fields = File.ReadLines(PasswordFile).Select(l => l.Split(':')).FirstOrDefault(f => f.Length >= 4 && f[0] == name);
        return fields is null ? null : FromNumbers(fields[2], fields[3]);
    }
}
