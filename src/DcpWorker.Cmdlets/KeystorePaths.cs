namespace DcpWorker.Cmdlets;

/// <summary>Where the site's keystores are.</summary>
internal static class KeystorePaths
{
    private const string InstalledFolder = "/opt/dcp/.dcp";

    /// <summary>
    /// The folder of the keystores: that of DCP_RESOURCE_DIR; else the installation's, when the packages made one; else this
    /// user's own.
    /// </summary>
    public static string Folder =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DCP_RESOURCE_DIR")) && Directory.Exists(InstalledFolder)
            ? InstalledFolder
            : WorkerSettings.ResourceDirectory();

    /// <summary>The keystore of the account that earns, unless another is named.</summary>
    public static string Default => Path.Combine(Folder, "default.keystore");
}
