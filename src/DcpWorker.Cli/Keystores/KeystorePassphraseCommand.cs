using System.CommandLine;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cli.Keystores;

/// <summary><c>dcp-worker keystore change-passphrase</c>: the same key under another passphrase, whole or not at all.</summary>
internal static class KeystorePassphraseCommand
{
    private static readonly Option<string?> OldFile = new("--old-passphrase-file")
    {
        Description = "Read the present passphrase from this file's first line. Default: ask on the terminal, or the first line of stdin when that is none.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> OldText = new("--old-passphrase", "-o") { HelpName = "TEXT", Hidden = true };
    private static readonly Option<bool> AllowEmpty = new("--allow-empty-passphrase", "--allowEmpty") { Description = "The new passphrase may be empty." };

    public static Command Create() => new Command("change-passphrase", "Puts a keystore under another passphrase.")
    {
        KeystoreCommand.FileArgument, KeystoreCommand.FileOption, OldFile, OldText, KeystoreCommand.PassphraseFile, KeystoreCommand.PassphraseText,
        AllowEmpty, KeystoreCommand.Kdf,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using StopSignals signals = new(Console.Error.WriteLine);
        string path = KeystoreCommand.FileOf(parsed);
        KeystoreOptions options = new() { KeyDerivation = KeystoreCommand.DerivationOf(parsed) };
        Keystore keystore = await KeystoreFile.LoadAsync(path, signals.Soft);
        using Passphrase old = await PassphraseSource.Of(parsed, OldFile, OldText).ReadAsync($"Present passphrase of {path}", signals.Soft);
        await ProveAsync(keystore, old, signals.Soft);
        using Passphrase passphrase = await PassphraseSource.Of(parsed, KeystoreCommand.PassphraseFile, KeystoreCommand.PassphraseText)
            .ReadNewAsync("New passphrase", signals.Soft);
        if (passphrase.IsEmpty && !parsed.GetValue(AllowEmpty))
        {
            throw new UsageException("The new passphrase is empty: who has the file has the account. Give --allow-empty-passphrase if that is meant.");
        }

        using KeyProgress deriving = new("Deriving the keys");
        Keystore changed = await keystore.ChangePassphraseAsync(old, passphrase, options, deriving, signals.Soft);
        deriving.Dispose();
        using KeyProgress proving = new("Proving the file");
        string? warning = await KeystoreFile.SaveAsync(changed, path, passphrase, overwrite: true, proving, signals.Soft);
        proving.Dispose();
        if (warning is not null)
        {
            Accounts.Warn(warning);
        }

        Console.WriteLine($"{path} has a new passphrase.");
        Console.Error.WriteLine("Other copies of the file still open with the old one.");
        return ExitCode.Done;
    }

    // before a new one is asked for twice
    private static async Task ProveAsync(Keystore keystore, Passphrase old, CancellationToken ct)
    {
        using KeyProgress progress = new("Deriving the key");
        (await keystore.DecryptAsync(old, progress, ct)).Dispose();
    }
}
