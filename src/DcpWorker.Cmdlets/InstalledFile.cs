namespace DcpWorker.Cmdlets;

/// <summary>Finds what belongs to the module: in the folders above it, or where the packages install.</summary>
internal static class InstalledFile
{
    private const string InstallFolder = "/opt/dcp";

    /// <summary>The full path of a file, or null when it is nowhere.</summary>
    /// <param name="relativePath">Its path within an installation, such as <c>bin/dcp-evaluator</c>.</param>
    public static string? Find(string relativePath)
    {
        for (DirectoryInfo? folder = Directory.GetParent(typeof(InstalledFile).Assembly.Location); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, relativePath);
            if (File.Exists(path))
            {
                return path;
            }
        }

        string installed = Path.Combine(InstallFolder, relativePath);
        return File.Exists(installed) ? installed : null;
    }
}
