using System.Text;

namespace DcpWorker.Engine.Limits;

/// <summary>
/// Where this process's control groups are (cgroups(7)): what <c>/proc/self/cgroup</c> says, seen through the mounts of
/// <c>/proc/self/mountinfo</c>. In a container the two differ, and hybrid systems have both versions.
/// </summary>
internal sealed class CgroupFolders
{
    private readonly List<Mount> _mounts = [];
    private readonly List<Membership> _memberships = [];

    /// <param name="root">A folder to look in instead of the root folder.</param>
    public CgroupFolders(string root = "")
    {
        foreach (string line in Lines($"{root}/proc/self/mountinfo"))
        {
            if (Mount.Parse(line, root) is { } mount)
            {
                _mounts.Add(mount);
            }
        }

        foreach (string line in Lines($"{root}/proc/self/cgroup"))
        {
            string[] fields = line.Split(':', 3);
            if (fields.Length == 3 && fields[2].StartsWith('/') && !fields[2].StartsWith("/..", StringComparison.Ordinal))
            {
                _memberships.Add(new Membership(fields[1].Split(',', StringSplitOptions.RemoveEmptyEntries), fields[2]));
            }
        }
    }

    /// <summary>This process's group of version 2; null when there is none to be seen.</summary>
    public string? Unified => LineageOf(m => m.Controllers.Length == 0, m => m.IsUnified).FirstOrDefault();

    /// <summary>This process's group of version 2 and those it is in, the innermost first.</summary>
    public IEnumerable<string> UnifiedLineage => LineageOf(m => m.Controllers.Length == 0, m => m.IsUnified);

    /// <summary>This process's group of a controller of version 1 and those it is in, the innermost first.</summary>
    public IEnumerable<string> LineageOf(string controller) =>
        LineageOf(m => m.Controllers.Contains(controller), m => !m.IsUnified && m.Options.Contains(controller));

    private IEnumerable<string> LineageOf(Func<Membership, bool> isMember, Func<Mount, bool> isMount)
    {
        Membership? membership = _memberships.Find(m => isMember(m));
        Mount? mount = membership is null ? null : _mounts.Find(m => isMount(m) && m.Within(membership.Path) is not null);
        string? relative = mount?.Within(membership!.Path);
        while (relative is not null)
        {
            yield return mount!.Folder + relative;
            relative = relative.Length == 0 ? null : relative[..relative.LastIndexOf('/')];
        }
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // no Linux, or no /proc: no groups
            return [];
        }
    }

    private sealed record Membership(string[] Controllers, string Path);

    /// <param name="Root">The part of the hierarchy that is seen at the folder.</param>
    /// <param name="Folder">Where it is mounted.</param>
    /// <param name="IsUnified">Whether it is of version 2.</param>
    /// <param name="Options">Options of the hierarchy: for version 1 its controllers among them.</param>
    private sealed record Mount(string Root, string Folder, bool IsUnified, string[] Options)
    {
        /// <summary>proc(5): <c>36 35 98:0 /root /mount/point options shared:1 - type source options</c>.</summary>
        public static Mount? Parse(string line, string root)
        {
            string[] fields = line.Split(' ');
            int separator = Array.IndexOf(fields, "-");
            return separator >= 6 && fields.Length > separator + 3 && fields[separator + 1] is "cgroup" or "cgroup2"
                ? new Mount(Unescape(fields[3]).TrimEnd('/'), root + Unescape(fields[4]).TrimEnd('/'), fields[separator + 1] == "cgroup2", fields[separator + 3].Split(','))
                : null;
        }

        /// <summary>The part of a group's path below this mount: empty, or from a slash on; null when it is not to be seen here.</summary>
        public string? Within(string path)
        {
            path = path.TrimEnd('/');
            return path == Root ? "" : path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[Root.Length..] : null;
        }

        // blanks and the like are written in octal: \040
        private static string Unescape(string text)
        {
            StringBuilder plain = new();
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
                {
                    plain.Append((char)Convert.ToInt32(text.Substring(i + 1, 3), 8));
                    i += 3;
                }
                else
                {
                    plain.Append(text[i]);
                }
            }

            return plain.ToString();
        }
    }
}
