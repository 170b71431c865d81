using System.CommandLine;
using System.Security.Cryptography;
using DcpWorker.Cli.Output;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Keystores;

/// <summary><c>dcp-worker keystore new</c>: an account with a key of its own, under a passphrase.</summary>
internal static class KeystoreNewCommand
{
    private static readonly Option<string?> Label = new("--label") { Description = "A name for people, kept in the file.", HelpName = "TEXT" };
    private static readonly Option<string?> PrivateKeyFile = new("--private-key-file")
    {
        Description = "Take the private key in this file's first line (64 hex digits) instead of a new one; - is stdin.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> PrivateKeyText = new("--privkey") { HelpName = "HEX", Hidden = true };
    private static readonly Option<bool> AllowEmpty = new("--allow-empty-passphrase", "--allowEmpty")
    {
        Description = "No passphrase: who has the file has the account. For deposit accounts of a fleet.",
    };

    private static readonly Option<bool> Force = new("--force") { Description = "Replace a file that is there; the key in it is lost." };
    private static readonly Option<bool> IfMissing = new("--if-missing")
    {
        Description = "Leave a keystore that is there as it is; prints the address, of that one or of the new one, and nothing else. For installers.",
    };

    public static Command Create() => new Command("new", "Makes a keystore with a new account.")
    {
        KeystoreCommand.FileArgument, KeystoreCommand.FileOption, Label, KeystoreCommand.PassphraseFile, KeystoreCommand.PassphraseText,
        AllowEmpty, PrivateKeyFile, PrivateKeyText, KeystoreCommand.Kdf, Force, IfMissing, KeystoreCommand.Json,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using StopSignals signals = new(Console.Error.WriteLine);
        string path = KeystoreCommand.Named(parsed) ?? Accounts.NewDefault;
        bool force = parsed.GetValue(Force);
        bool ifMissing = parsed.GetValue(IfMissing);
        if (ifMissing && (force || parsed.GetValue(KeystoreCommand.Json)))
        {
            throw new UsageException("--if-missing goes with neither --force nor --json: it replaces nothing and prints an address.");
        }

        if (ifMissing && File.Exists(path))
        {
            Keystore present = await KeystoreFile.LoadAsync(path, signals.Soft);
            Accounts.WarnIfReadable(path);
            Console.WriteLine(present.Address ?? throw new UsageException($"{path} is there but does not say which address it is for: 'dcp-worker keystore show {path}' asks for its passphrase and tells."));
            return ExitCode.Done;
        }

        if (!force && File.Exists(path))
        {
            throw new KeystoreFileException("EEXIST", $"{path} exists already. With --force it is replaced, and the key in it is lost.");
        }

        KeystoreOptions options = new() { KeyDerivation = KeystoreCommand.DerivationOf(parsed), Label = parsed.GetValue(Label) };
        using PrivateKey key = ReadKey(parsed);
        using Passphrase passphrase = await PassphraseAsync(parsed, path, signals.Soft);
        using KeyProgress deriving = new("Deriving the key");
        Keystore keystore = await Keystore.CreateAsync(key, passphrase, options, deriving, signals.Soft);
        deriving.Dispose();
        using KeyProgress proving = new("Proving the file");
        string? warning = await KeystoreFile.SaveAsync(keystore, path, passphrase, force, proving, signals.Soft);
        proving.Dispose();
        if (warning is not null)
        {
            Accounts.Warn(warning);
        }

        if (ifMissing)
        {
            Console.WriteLine(key.Address);
            return ExitCode.Done;
        }

        Print(path, key.Address, options, !passphrase.IsEmpty, parsed.GetValue(KeystoreCommand.Json));
        return ExitCode.Done;
    }

    private static async Task<Passphrase> PassphraseAsync(ParseResult parsed, string path, CancellationToken ct)
    {
        bool mayBeEmpty = parsed.GetValue(AllowEmpty);
        PassphraseSource source = PassphraseSource.Of(parsed, KeystoreCommand.PassphraseFile, KeystoreCommand.PassphraseText);
        if (mayBeEmpty && !source.IsNamed)
        {
            return new Passphrase([]);
        }

        Passphrase passphrase = await source.ReadNewAsync($"Passphrase of {path}", ct);
        return passphrase.IsEmpty && !mayBeEmpty
            ? throw new UsageException("The passphrase is empty: who has the file has the account. Give --allow-empty-passphrase if that is meant.")
            : passphrase;
    }

    private static PrivateKey ReadKey(ParseResult parsed)
    {
        if (parsed.GetValue(PrivateKeyText) is { } text)
        {
            Console.Error.WriteLine("dcp-worker: warning: a private key on the command line can be read by every user of this machine; use --private-key-file.");
            return PrivateKey.Parse(text);
        }

        if (parsed.GetValue(PrivateKeyFile) is not { } file)
        {
            return PrivateKey.Create();
        }

        char[] line = SecretLine.FromFile(file);
        try
        {
            return PrivateKey.Parse(line);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(line.AsSpan()));
        }
    }

    private static void Print(string path, Address address, KeystoreOptions options, bool hasPassphrase, bool json)
    {
        if (json)
        {
            JsonLines.Write(new JsObject
            {
                ["path"] = Path.GetFullPath(path),
                ["address"] = address.ToString(),
                ["label"] = options.Label,
                ["kdf"] = options.KeyDerivation.ToString(),
                ["hasPassphrase"] = JsValue.FromBoolean(hasPassphrase),
            });
            return;
        }

        Console.WriteLine($"Keystore    {path}");
        Console.WriteLine($"Address     {address}");
        Console.WriteLine($"Label       {Printable.Line(options.Label ?? "none")}");
        Console.WriteLine($"Derivation  {options.KeyDerivation}");
        Console.WriteLine($"Passphrase  {(hasPassphrase ? "yes" : "none")}");
        Console.Error.WriteLine(
            "A keystore cannot be revoked: who has a copy and its passphrase has the account for ever. Keep a copy of the file in a safe place; without it, or without the passphrase, the account is lost.");
    }
}
