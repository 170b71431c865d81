namespace DcpWorker.Engine.Keystores;

/// <summary>What it means that others may read a keystore: a remark while a passphrase protects it, else the end of its use.</summary>
public static class KeystoreExposure
{
    /// <summary>The environment variable that allows the use of a keystore that anybody can open, when it is 1.</summary>
    public const string AllowVariable = "DCP_ALLOW_EXPOSED_KEYSTORES";

    /// <summary>The folder of the installed worker's keystores. Only the worker's user can enter it, so modes in it matter less.</summary>
    public const string SiteFolder = "/opt/dcp/.dcp";

    /// <summary>Whether a file lies where keystores without a passphrase are looked after: the site's folder, or the resource directory.</summary>
    public static bool IsOfSite(string path, string resourceDirectory) =>
        Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && (folder == SiteFolder || folder == Path.GetFullPath(resourceDirectory));

    /// <summary>
    /// To be asked before a keystore is used. Whether it opens without a passphrase is tried only when others may read it.
    /// </summary>
    /// <param name="keystore">The keystore.</param>
    /// <param name="path">Its file.</param>
    /// <param name="resourceDirectory">This user's own folder of keystores.</param>
    /// <param name="cancellationToken">Ends the trial.</param>
    /// <returns>What to warn of, or null.</returns>
    /// <exception cref="KeystoreExposedException">
    /// Others may read it, it has no passphrase, and neither its place nor <see cref="AllowVariable"/> excuses that.
    /// </exception>
    public static async Task<string?> CheckAsync(Keystore keystore, string path, string resourceDirectory, CancellationToken cancellationToken = default)
    {
        if (!KeystoreFile.IsReadableByOthers(path))
        {
            return null;
        }

        if (!IsOfSite(path, resourceDirectory)
            && Environment.GetEnvironmentVariable(AllowVariable) != "1"
            && await keystore.IsOpenedByAsync(Passphrase.Empty, null, cancellationToken).ConfigureAwait(false))
        {
            throw new KeystoreExposedException(
                $"{path} has no passphrase and can be read by other users of this machine, who can take the account. "
                + $"Type chmod 600 '{path}', or set {AllowVariable}=1 if that is meant.");
        }

        return Warning(path);
    }

    /// <summary>What to say of a file that others may read.</summary>
    public static string Warning(string path) => $"{path} can be read by other users than its owner: chmod 600 keeps them out.";
}
