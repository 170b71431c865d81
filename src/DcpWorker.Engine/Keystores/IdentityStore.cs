namespace DcpWorker.Engine.Keystores;

/// <summary>The key by which a program is known to its peers: <c>id.keystore</c> in the resource directory, with an empty passphrase.</summary>
public static class IdentityStore
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "id.keystore";

    /// <summary>The identity in <paramref name="resourceDirectory"/>, made there when it is missing (0600), as the DCP wallet makes it.</summary>
    /// <exception cref="WrongPassphraseException">The file has a passphrase.</exception>
    /// <exception cref="KeystoreFormatException">The file is not a keystore.</exception>
    /// <exception cref="KeystoreFileException">It cannot be read or written.</exception>
    public static async Task<PrivateKey> LoadOrCreateAsync(string resourceDirectory, CancellationToken cancellationToken = default)
    {
        string path = Path.Combine(resourceDirectory, FileName);
        while (true)
        {
            if (File.Exists(path))
            {
                return await LoadAsync(path, cancellationToken).ConfigureAwait(false);
            }

            PrivateKey key = PrivateKey.Create();
            try
            {
                KeystoreOptions options = new() { KeyDerivation = KeyDerivation.Network, Label = $"identity:{Environment.UserName}@{Environment.MachineName}" };
                Keystore keystore = await Keystore.CreateAsync(key, Passphrase.Empty, options, null, cancellationToken).ConfigureAwait(false);
                await KeystoreFile.SaveAsync(keystore, path, Passphrase.Empty, overwrite: false, null, cancellationToken).ConfigureAwait(false);
                return key;
            }
            catch (KeystoreFileException e) when (e.Code == "EEXIST")
            {
                // another program was quicker: its identity is the one
                key.Dispose();
            }
            catch
            {
                key.Dispose();
                throw;
            }
        }
    }

    private static async Task<PrivateKey> LoadAsync(string path, CancellationToken cancellationToken)
    {
        Keystore keystore = await KeystoreFile.LoadAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            return await keystore.DecryptAsync(Passphrase.Empty, null, cancellationToken).ConfigureAwait(false);
        }
        catch (WrongPassphraseException e)
        {
            throw new WrongPassphraseException($"The identity keystore {path} has a passphrase. Give it an empty one, or move it away so that a new identity is made.", e);
        }
    }
}
