namespace DcpWorker.Engine.Services.Registration.Systemd;

/// <summary>The users of a system, this one or one in a folder. Source: passwd(5), group(5).</summary>
internal static class UnixGroups
{
    /// <summary>The name (or number) of a user's own group; null when there is no such user.</summary>
    public static string? PrimaryOf(string user, string? root)
    {
        string[]? entry = Lines($"{root}/etc/passwd").FirstOrDefault(f => f.Length >= 4 && f[0] == user);
        return entry is null ? null : Lines($"{root}/etc/group").FirstOrDefault(f => f.Length >= 3 && f[2] == entry[3])?[0] ?? entry[3];
    }

    private static IEnumerable<string[]> Lines(string file) => File.Exists(file) ? File.ReadLines(file).Select(l => l.Split(':')) : [];
}
