using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cmdlets;

/// <summary>Where keystores are that nobody named: this user's, and those of the site's worker.</summary>
internal static class KeystorePaths
{
    private const string Name = "default.keystore";

    private const string SiteFolder = KeystoreExposure.SiteFolder;

    /// <summary>The account that earns: this user's, else the site's; this user's place when there is neither.</summary>
    public static string Existing
    {
        get
        {
            string own = Path.Combine(WorkerSettings.ResourceDirectory(), Name);
            string site = Path.Combine(SiteFolder, Name);
            return !File.Exists(own) && File.Exists(site) ? site : own;
        }
    }

    /// <summary>Where a new one goes: into this user's place, or the site's when root makes it where a worker is installed.</summary>
    public static string New => Path.Combine(
        IsRoot && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DCP_RESOURCE_DIR")) && Directory.Exists(SiteFolder)
            ? SiteFolder
            : WorkerSettings.ResourceDirectory(),
        Name);

    private static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>Whether a file lies where keystores without a passphrase are looked after by the site.</summary>
    public static bool IsOfSite(string path) => KeystoreExposure.IsOfSite(path, WorkerSettings.ResourceDirectory());
}
