namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>What can be said of a folder without making it.</summary>
internal static class ExistingFolder
{
    /// <summary>The folder itself, or the nearest one above it that is there.</summary>
    public static string Of(string folder)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        while (!Directory.Exists(path))
        {
            path = Path.GetDirectoryName(path) ?? Path.GetPathRoot(Path.GetFullPath(folder))!;
        }

        return path;
    }

    /// <summary>Whether a file can be made in it; what is made is gone at once.</summary>
    public static bool IsWritable(string folder)
    {
        try
        {
            string probe = Path.Combine(folder, $".dcp-probe-{Guid.NewGuid():N}");
            using FileStream file = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
