using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests;

/// <summary>A new account with the empty passphrase.</summary>
internal static class TestKeystore
{
    public static async Task<string> WriteAsync(TemporaryFolder folder)
    {
        using PrivateKey key = PrivateKey.Create();
        string path = Path.Combine(folder.Path, $"{Guid.NewGuid():N}.keystore");
        Keystore keystore = await Keystore.CreateAsync(key, Passphrase.Empty, new KeystoreOptions { KeyDerivation = KeyDerivation.Network });
        await KeystoreFile.SaveAsync(keystore, path, Passphrase.Empty);
        return path;
    }
}
