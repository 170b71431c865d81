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

    /// <summary>Who owns what root is about to replace or to add to the site's folder, as <c>user:group</c>; null when that is of no matter.</summary>
    public static async Task<string?> OwnerToKeepAsync(string path, CancellationToken cancellationToken) =>
        !IsRoot || !OperatingSystem.IsLinux() ? null
        : File.Exists(path) ? await OwnerAsync(path, cancellationToken).ConfigureAwait(false)
        : Path.GetDirectoryName(path) == SiteFolder ? await OwnerAsync(SiteFolder, cancellationToken).ConfigureAwait(false)
        : null;

    /// <summary>Gives a file that root has written to its owner, who could not read it otherwise.</summary>
    public static async Task GiveAsync(string path, string? owner, CmdletOutput output, CancellationToken cancellationToken)
    {
        if (owner is not null && await RunAsync("chown", ["--", owner, path], cancellationToken).ConfigureAwait(false) is null)
        {
            output.WriteWarning($"{path} could not be given to {owner}: only root can read it. Type: chown {owner} '{path}'");
        }
    }

    private static Task<string?> OwnerAsync(string path, CancellationToken cancellationToken) =>
        RunAsync("stat", ["-c", "%u:%g", "--", path], cancellationToken);

    // .NET can neither tell nor change an owner; these programs are on every Linux.
    private static async Task<string?> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        System.Diagnostics.ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode == 0 ? output.Trim() : null;
    }
}
