using System.CommandLine;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cli.Keystores;

/// <summary><c>dcp-worker keystore</c>, also installed as <c>mkad</c>: makes keystores, shows what they hold, changes passphrases.</summary>
internal static class KeystoreCommand
{
    public const string Name = "keystore";

    /// <summary>Takes FILE as an argument or by the option of 2020.</summary>
    public static readonly Argument<string?> FileArgument = new("FILE")
    {
        Description = "The keystore. Default: default.keystore of this user, else of the site.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static readonly Option<string?> FileOption = new("--file", "-f") { Description = "The keystore, as an option.", HelpName = "FILE" };

    public static readonly Option<string?> PassphraseFile = new("--passphrase-file")
    {
        Description = "Read the passphrase from this file's first line; - is stdin. Default: ask on the terminal, or read stdin when that is none.",
        HelpName = "FILE",
    };

    // every user of the machine can read it in the list of processes: understood because scripts of 2020 give it
    public static readonly Option<string?> PassphraseText = new("--passphrase", "-p") { HelpName = "TEXT", Hidden = true };

    public static readonly Option<string?> Kdf = new("--kdf")
    {
        Description = "How costly guessing is made: standard (scrypt n=262144, a second), light (n=4096, p=6) or network (n=1024, as DCP's own wallet).",
        HelpName = "NAME",
    };

    public static readonly Option<bool> Json = new("--json") { Description = "One JSON object on stdout." };

    public static Command Create() => new(Name, "Makes keystores, shows what they hold, changes passphrases.")
    {
        KeystoreNewCommand.Create(), KeystoreShowCommand.Create(), KeystoreInfoCommand.Create(), KeystorePassphraseCommand.Create(),
    };

    /// <summary>The file that the command line names, else the default one that is there.</summary>
    public static string FileOf(ParseResult parsed) => Named(parsed)
        ?? Accounts.FindDefault()
        ?? throw new UsageException($"There is no keystore at {Accounts.OwnDefault}: name one, or make it with 'dcp-worker keystore new'.");

    /// <summary>The file that the command line names.</summary>
    public static string? Named(ParseResult parsed) => parsed.GetValue(FileOption) ?? parsed.GetValue(FileArgument);

    /// <summary>The key derivation that the command line names.</summary>
    public static KeyDerivation DerivationOf(ParseResult parsed) => parsed.GetValue(Kdf) switch
    {
        null or "standard" => KeyDerivation.Standard,
        "light" => KeyDerivation.Light,
        "network" => KeyDerivation.Network,
        { } other => throw new UsageException($"--kdf takes standard, light or network, not '{other}'."),
    };
}
