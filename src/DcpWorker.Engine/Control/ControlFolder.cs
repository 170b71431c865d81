using System.Runtime.Versioning;
using DcpWorker.Engine.Configuration;

namespace DcpWorker.Engine.Control;

/// <summary>
/// The folders of control sockets: for the owner alone. A worker serves from the first one that it may, and whoever looks for workers
/// looks into all that may hold some. <c>DCP_CONTROL_DIR</c> names another one, instead of them all.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class ControlFolder
{
    public const string Variable = "DCP_CONTROL_DIR";

    private const string Name = "dcp-worker";
    private const string Users = "/run/user";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // What systemd makes for our units (RuntimeDirectory=) and gives to their users.
    private static readonly string[] OfServices = ["/run/dcp-worker", "/run/dcp-inet-daemon"];

    private static uint Self => FileOwner.GetEffectiveUser();

    /// <summary>Folders to serve from, best first; each exists, is this user's and closed to others.</summary>
    /// <param name="problems">Gets what is wrong with those that are left out.</param>
    public static IEnumerable<string> Own(ICollection<string> problems)
    {
        if (Named is { } named)
        {
            return Prepare(named, create: true, problems) ? [named] : [];
        }

        return OwnCandidates().Where(c => Prepare(c.Path, c.Create, problems)).Select(c => c.Path);
    }

    /// <summary>Folders that may hold sockets which this user may use: its own; every user's for root.</summary>
    public static IEnumerable<string> Visible()
    {
        IEnumerable<string> folders = Named is { } named ? [named]
            : Self == 0 ? [.. OwnCandidates().Select(c => c.Path), .. OfServices, .. OfOthers()]
            : [.. OwnCandidates().Select(c => c.Path), $"{Users}/{Self}/{Name}", .. OfServices];
        return folders.Distinct(StringComparer.Ordinal).Where(IsSafe);
    }

    private static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value ? Path.GetFullPath(value) : null;

    private static IEnumerable<(string Path, bool Create)> OwnCandidates()
    {
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Path.IsPathFullyQualified(runtime))
        {
            yield return (Path.Combine(runtime, Name), true);
        }

        string[] given = (Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY") ?? "").Split(':');
        foreach (string folder in OfServices.OrderByDescending(given.Contains))
        {
            yield return (folder, false);
        }

        yield return ($"/tmp/{Name}-{Self}", true);
    }

    private static IEnumerable<string> OfOthers()
    {
        string[] users = Directory.Exists(Users) ? Directory.GetDirectories(Users) : [];
        return [.. users.Select(u => Path.Combine(u, Name)), .. Directory.GetDirectories("/tmp", $"{Name}-*")];
    }

    private static bool Prepare(string folder, bool create, ICollection<string> problems)
    {
        try
        {
            DirectoryInfo info = new(folder);
            if (!info.Exists && info.LinkTarget is null)
            {
                if (!create)
                {
                    return false;
                }

                Directory.CreateDirectory(folder, OwnerOnly);
                info.Refresh();
            }

            if (info.LinkTarget is not null)
            {
                problems.Add($"{folder} is a symbolic link");
                return false;
            }

            if (OperatingSystem.IsLinux() && FileOwner.UserOf(folder) != Self)
            {
                // a service's folder that is another's is no surprise
                if (create)
                {
                    problems.Add($"{folder} belongs to somebody else");
                }

                return false;
            }

            // never made narrower here: somebody may have named a folder that others need
            if ((info.UnixFileMode & ~OwnerOnly) != 0)
            {
                problems.Add($"{folder} is open to others: close it (chmod 700), or name a folder that is not there yet");
                return false;
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{folder} cannot be used: {e.Message}");
            return false;
        }
    }

    /// <summary>Whether nobody but its owner, who is this user unless this is root, can have put anything into a folder.</summary>
    private static bool IsSafe(string folder)
    {
        try
        {
            DirectoryInfo info = new(folder);
            const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
            return info.Exists && info.LinkTarget is null && (info.UnixFileMode & Others) == 0
                && (!OperatingSystem.IsLinux() || Self == 0 || FileOwner.UserOf(folder) == Self);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
