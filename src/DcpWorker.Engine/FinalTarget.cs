namespace DcpWorker.Engine;

/// <summary>The file that a path stands for at last, when links lead from it to others.</summary>
internal static class FinalTarget
{
    private const int MostLinks = 40;

    /// <summary>Follows links from file to file; what is no link, or not there, is the end. The result is a full path.</summary>
    /// <exception cref="UnauthorizedAccessException">Root would be led by a link of another user, who could lead it to any file.</exception>
    /// <exception cref="IOException">There are too many links, or they lead round.</exception>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        if (!OperatingSystem.IsLinux())
        {
            return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }

        for (int i = 0; i < MostLinks; i++)
        {
            if (Path.GetDirectoryName(full) is not { } folder || !Directory.Exists(folder))
            {
                return full;
            }

            using FolderHandle handle = FolderHandle.Open(folder);
            if (handle.LinkOf(Path.GetFileName(full)) is not { } link)
            {
                return full;
            }

            if (RootUser.IsCurrent && link.Owner != 0)
            {
                throw new UnauthorizedAccessException($"{full} is a link that another user has made. Name the file that it leads to, {Path.Combine(folder, link.Target)}.");
            }

            // not made shorter: .. is where the kernel finds it
            full = Path.Combine(folder, link.Target);
        }

        throw new IOException($"Too many links lead from {path}.");
    }
}
