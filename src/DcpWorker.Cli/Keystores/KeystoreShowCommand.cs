using System.CommandLine;
using System.Security.Cryptography;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cli.Keystores;

/// <summary><c>dcp-worker keystore show</c>: the address, the keystore itself or, when asked for, the private key.</summary>
internal static class KeystoreShowCommand
{
    private static readonly Option<bool> ShowPrivateKey = new("--private-key") { Description = "Print the private key, which asks for the passphrase." };
    private static readonly Option<bool> ShowKeystore = new("--json") { Description = "Print the keystore as it is: JSON, the key encrypted." };

    public static Command Create() => new Command("show", "Prints the address of a keystore.")
    {
        KeystoreCommand.FileArgument, KeystoreCommand.FileOption, ShowPrivateKey, ShowKeystore, KeystoreCommand.PassphraseFile, KeystoreCommand.PassphraseText,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using StopSignals signals = new(Console.Error.WriteLine);
        string path = KeystoreCommand.FileOf(parsed);
        Keystore keystore = await KeystoreFile.LoadAsync(path, signals.Soft);
        Accounts.WarnIfReadable(path);
        bool wantsKey = parsed.GetValue(ShowPrivateKey);
        if (parsed.GetValue(ShowKeystore))
        {
            Console.WriteLine(keystore);
        }
        else if (keystore.Address is { } address && !wantsKey)
        {
            Console.WriteLine(address);
        }

        if (!wantsKey && keystore.Address is not null)
        {
            return ExitCode.Done;
        }

        using PrivateKey key = await OpenAsync(parsed, keystore, path, signals.Soft);
        if (wantsKey)
        {
            Console.Error.WriteLine("dcp-worker: warning: who has seen this key has the account for ever; it cannot be revoked.");
            Print(key);
        }
        else
        {
            Console.WriteLine(key.Address);
        }

        return ExitCode.Done;
    }

    private static async Task<PrivateKey> OpenAsync(ParseResult parsed, Keystore keystore, string path, CancellationToken ct)
    {
        PassphraseSource source = PassphraseSource.Of(parsed, KeystoreCommand.PassphraseFile, KeystoreCommand.PassphraseText);
        using Passphrase passphrase = await source.ReadAsync($"Passphrase of {path}", ct);
        using KeyProgress progress = new("Deriving the key");
        return await keystore.DecryptAsync(passphrase, progress, ct);
    }

    private static void Print(PrivateKey key)
    {
        Span<byte> bytes = stackalloc byte[32];
        Span<char> text = stackalloc char[64];
        key.CopyTo(bytes);
        Convert.TryToHexStringLower(bytes, text, out _);
        Console.Out.Write("0x");
        Console.Out.WriteLine(text);
        CryptographicOperations.ZeroMemory(bytes);
        text.Clear();
    }
}
