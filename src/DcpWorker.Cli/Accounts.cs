using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace DcpWorker.Cli;

/// <summary>The keys and addresses that a verb needs.</summary>
internal static class Accounts
{
    private const string DefaultKeystore = "default.keystore";
    private const string SiteKeystore = "/opt/dcp/.dcp/" + DefaultKeystore;
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
        Keystore store = await KeystoreFile.LoadAsync(path, ct);
        Passphrase passphrase = Passphrase.Empty;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await store.DecryptAsync(passphrase, null, ct);
            }
            catch (WrongPassphraseException) when (attempt < PassphraseAttempts && !Console.IsInputRedirected && !Console.IsErrorRedirected)
            {
                passphrase = await AskAsync(path, ct);
            }
        }
    }

    /// <summary>The key that this user is known by to peers; made when there is none.</summary>
    public static Task<PrivateKey> IdentityAsync(CancellationToken ct) => IdentityStore.LoadOrCreateAsync(Settings.ResourceDirectory(), ct);

    /// <summary>The addresses of services as first seen.</summary>
    public static IdentityCache Identities(ILoggerFactory logs) =>
        new(Path.Combine(Settings.ResourceDirectory(), IdentityCache.FileName), logs.CreateLogger<IdentityCache>());

    private static async Task<Passphrase> AskAsync(string path, CancellationToken ct)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        TextPrompt<string> prompt = new TextPrompt<string>(Markup.Escape($"Passphrase of {path}:")).Secret(null).AllowEmpty();
        return new Passphrase(await prompt.ShowAsync(console, ct));
    }

    private static string OwnDefault => Path.Combine(Settings.ResourceDirectory(), DefaultKeystore);

    private static string? FindDefault() => File.Exists(OwnDefault) ? OwnDefault : File.Exists(SiteKeystore) ? SiteKeystore : null;

    private static async Task<Address> AddressOfAsync(string path, CancellationToken ct) =>
        (await KeystoreFile.LoadAsync(path, ct)).Address
            ?? throw new UsageException($"{path} does not say which address it is for: give that with --payment-address.");
}
