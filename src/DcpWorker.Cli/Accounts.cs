using DcpWorker.Cli.Keystores;
using DcpWorker.Cli.Output;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli;

/// <summary>The keys and addresses that a verb needs.</summary>
internal static class Accounts
{
    private const string DefaultKeystore = "default.keystore";
    private const string SiteKeystore = KeystoreExposure.SiteFolder + "/" + DefaultKeystore;
    private const int PassphraseAttempts = 5;

    /// <summary>Who is credited, as the command line says: an address, or that of a keystore, which need not be unlocked for it.</summary>
    public static async Task<Address?> PaymentAddressAsync(string? keystore, string? address, CancellationToken ct)
    {
        if (address is not null)
        {
            return keystore is null ? Address.Parse(address) : throw new UsageException("Give either a keystore or --payment-address.");
        }

        return keystore is null ? null
            : Address.TryParse(keystore, out Address? given) ? given
            : await AddressOfAsync(keystore, ct);
    }

    /// <summary>The address of this user's or the site's keystore; null when there is none.</summary>
    public static async Task<Address?> DefaultAddressAsync(CancellationToken ct) =>
        FindDefault() is { } path ? await AddressOfAsync(path, ct) : null;

    /// <summary>The key of an account that pays. Asks for the passphrase on the terminal when there is one.</summary>
    public static async Task<PrivateKey> OpenAsync(string? keystore, CancellationToken ct)
    {
        string path = keystore ?? FindDefault()
            ?? throw new UsageException($"There is no account to pay from: name a keystore with --account, or make {OwnDefault}.");
        return await UnlockAsync(path, ct);
    }

    /// <summary>The key that this user is known by to peers; made when there is none. Asks for its passphrase on the terminal, if it has one.</summary>
    /// <exception cref="WrongPassphraseException">It has a passphrase, and there is no terminal.</exception>
    public static async Task<PrivateKey> IdentityAsync(CancellationToken ct)
    {
        string folder = Settings.ResourceDirectory();
        try
        {
            return await IdentityStore.LoadOrCreateAsync(folder, ct);
        }
        catch (WrongPassphraseException) when (HasTerminal)
        {
            return await UnlockAsync(Path.Combine(folder, IdentityStore.FileName), ct);
        }
    }

    /// <summary>The addresses of services as first seen.</summary>
    public static IdentityCache Identities(ILoggerFactory logs) =>
        new(Path.Combine(Settings.ResourceDirectory(), IdentityCache.FileName), logs.CreateLogger<IdentityCache>());

    /// <summary>Where this user's account is.</summary>
    public static string OwnDefault => Path.Combine(Settings.ResourceDirectory(), DefaultKeystore);

    /// <summary>Where a new account goes: this user's place, or the site's when root makes it on a host with an installed worker.</summary>
    public static string NewDefault => IsSiteOwner ? SiteKeystore : OwnDefault;

    private static bool IsSiteOwner => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess
        && Environment.GetEnvironmentVariable("DCP_RESOURCE_DIR") is null or "" && Directory.Exists(Path.GetDirectoryName(SiteKeystore));

    /// <summary>The keystore of this user's account, else of the site's; null when there is neither.</summary>
    public static string? FindDefault() => File.Exists(OwnDefault) ? OwnDefault : File.Exists(SiteKeystore) ? SiteKeystore : null;

    private static bool HasTerminal => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    private static async Task<PrivateKey> UnlockAsync(string path, CancellationToken ct)
    {
        Keystore store = await KeystoreFile.LoadAsync(path, ct);
        await CheckExposureAsync(store, path, ct);
        Passphrase passphrase = Passphrase.Empty;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using KeyProgress progress = new("Deriving the key");
                return await store.DecryptAsync(passphrase, progress, ct);
            }
            catch (WrongPassphraseException) when (attempt < PassphraseAttempts && HasTerminal)
            {
                passphrase.Dispose();
                passphrase = await PassphraseSource.Terminal.ReadAsync($"Passphrase of {path}", ct);
            }
        }
    }

    /// <summary>Warns when others than its owner may read a keystore that is looked at.</summary>
    public static void WarnIfReadable(string path)
    {
        if (KeystoreFile.IsReadableByOthers(path))
        {
            Warn(KeystoreExposure.Warning(path));
        }
    }

    /// <summary>Warns of a keystore that is to be used and that others may read; refuses one that they can open, too.</summary>
    private static async Task CheckExposureAsync(Keystore keystore, string path, CancellationToken ct)
    {
        if (await KeystoreExposure.CheckAsync(keystore, path, Settings.ResourceDirectory(), ct) is { } warning)
        {
            Warn(warning);
        }
    }

    /// <summary>Says what is not as it should be, and keeps nobody from going on.</summary>
    public static void Warn(string text) => Stderr.Write(LogLevel.Warning, $"dcp-worker: warning: {text}");

    private static async Task<Address> AddressOfAsync(string path, CancellationToken ct)
    {
        Keystore keystore = await KeystoreFile.LoadAsync(path, ct);
        await CheckExposureAsync(keystore, path, ct);
        return keystore.Address ?? throw new UsageException($"{path} does not say which address it is for: give that with --payment-address.");
    }
}
