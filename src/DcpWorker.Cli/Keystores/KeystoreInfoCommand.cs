using System.CommandLine;
using DcpWorker.Cli.Output;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cli.Keystores;

/// <summary><c>dcp-worker keystore info</c>: what a keystore tells without its passphrase.</summary>
internal static class KeystoreInfoCommand
{
    public static Command Create() => new Command("info", "Tells what can be known of a keystore without its passphrase.")
    {
        KeystoreCommand.FileArgument, KeystoreCommand.FileOption, KeystoreCommand.Json,
    }.Runs(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using StopSignals signals = new(Console.Error.WriteLine);
        string path = KeystoreCommand.FileOf(parsed);
        Keystore keystore = await KeystoreFile.LoadAsync(path, signals.Soft);
        bool open;
        using (KeyProgress progress = new("Trying the empty passphrase"))
        {
            open = await keystore.IsOpenedByAsync(Passphrase.Empty, progress, signals.Soft);
        }

        JsObject facts = new()
        {
            ["path"] = Path.GetFullPath(path),
            ["address"] = keystore.Address?.ToString(),
            ["label"] = keystore.Label,
            ["version"] = keystore.Version,
            ["cipher"] = keystore.Cipher,
            ["kdf"] = keystore.KeyDerivation.ToString(),
            ["created"] = keystore.Timestamp,
            ["mode"] = ModeOf(path),
            ["hasPassphrase"] = JsValue.FromBoolean(!open),
        };
        if (parsed.GetValue(KeystoreCommand.Json))
        {
            JsonLines.Write(facts);
        }
        else
        {
            foreach ((string name, JsValue value) in facts)
            {
                Console.WriteLine($"{name,-14}{Printable.Line(value.IsNullish ? "unknown" : value.ToString() ?? "")}");
            }
        }

        Accounts.WarnIfReadable(path);
        return ExitCode.Done;
    }

    private static string? ModeOf(string path) =>
        OperatingSystem.IsWindows() ? null : Convert.ToString((int)File.GetUnixFileMode(path), 8).PadLeft(4, '0');
}
