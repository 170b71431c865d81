using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cmdlets.Deployment;

/// <summary>The key of the account that pays, out of its keystore.</summary>
/// <param name="path">The keystore.</param>
/// <param name="resourceDirectory">This user's own folder of keystores.</param>
internal sealed class AccountKey(string path, string resourceDirectory)
{
    private Keystore? _keystore;

    /// <summary>Opens the keystore, with a warning when others may read it.</summary>
    /// <param name="passphrase">The passphrase.</param>
    /// <param name="output">Where to show how far the derivation of the key is, and the warning.</param>
    /// <param name="cancellationToken">Ends the derivation.</param>
    /// <exception cref="WrongPassphraseException">It does not open it.</exception>
    /// <exception cref="KeystoreFileException">The file cannot be read.</exception>
    /// <exception cref="KeystoreFormatException">It is no keystore.</exception>
    /// <exception cref="KeystoreExposedException">Anybody on this computer could take the account.</exception>
    public async Task<PrivateKey> OpenAsync(Passphrase passphrase, CmdletOutput output, CancellationToken cancellationToken)
    {
        Keystore keystore = _keystore ??= await LoadAsync(output, cancellationToken).ConfigureAwait(false);
        KeystoreProgress progress = new(output, "Opening the keystore", path);
        try
        {
            return await keystore.DecryptAsync(passphrase, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            progress.Complete();
        }
    }

    private async Task<Keystore> LoadAsync(CmdletOutput output, CancellationToken cancellationToken)
    {
        Keystore keystore = await KeystoreFile.LoadAsync(path, cancellationToken).ConfigureAwait(false);
        if (await KeystoreExposure.CheckAsync(keystore, path, resourceDirectory, cancellationToken).ConfigureAwait(false) is { } warning)
        {
            output.WriteWarning(warning);
        }

        return keystore;
    }
}
