using System.CommandLine;
using System.Runtime.InteropServices;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cli.Keystores;

/// <summary>Where a passphrase comes from: a file or text that the command line names, else the terminal, else stdin.</summary>
internal sealed class PassphraseSource
{
    private readonly string? _file;
    private readonly string? _text;

    private PassphraseSource(string? file, string? text) => (_file, _text) = (file, text);

    /// <summary>The terminal, else stdin.</summary>
    public static PassphraseSource Terminal { get; } = new(null, null);

    /// <summary>Whether the command line says where.</summary>
    public bool IsNamed => _file is not null || _text is not null;

    private static bool HasTerminal => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    public static PassphraseSource Of(ParseResult parsed, Option<string?> file, Option<string?> text)
    {
        PassphraseSource source = new(parsed.GetValue(file), parsed.GetValue(text));
        if (source._text is not null)
        {
            Console.Error.WriteLine("dcp-worker: warning: a passphrase on the command line can be read by every user of this machine; use --passphrase-file.");
        }

        return source;
    }

    /// <summary>The passphrase of a keystore that is there. Stdin without a line is the empty passphrase.</summary>
    public Task<Passphrase> ReadAsync(string what, CancellationToken ct) => ReadAsync(what, twice: false, ct);

    /// <summary>A passphrase to be; typed twice, so that a slip does not lose the account.</summary>
    /// <exception cref="UsageException">The two differ, or there is nobody to ask and no line on stdin.</exception>
    public Task<Passphrase> ReadNewAsync(string what, CancellationToken ct) => ReadAsync(what, twice: true, ct);

    private async Task<Passphrase> ReadAsync(string what, bool twice, CancellationToken ct)
    {
        if (_text is not null)
        {
            return new Passphrase(_text);
        }

        if (_file is not null)
        {
            return Take(SecretLine.FromFile(_file));
        }

        if (!HasTerminal)
        {
            char[]? line = await SecretLine.FromStdinAsync(ct);
            return line is null && twice
                ? throw new UsageException($"{what}: there is no terminal to ask at. Give --passphrase-file, or a line on stdin.")
                : Take(line ?? []);
        }

        Passphrase passphrase = Take(await SecretLine.FromTerminalAsync($"{what}: ", ct));
        if (twice && !passphrase.IsEmpty)
        {
            using Passphrase again = Take(await SecretLine.FromTerminalAsync("The same again: ", ct));
            if (!passphrase.IsSameAs(again))
            {
                passphrase.Dispose();
                throw new UsageException("The two passphrases differ; nothing was changed.");
            }
        }

        return passphrase;
    }

    private static Passphrase Take(char[] line)
    {
        try
        {
            return new Passphrase(line);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(line.AsSpan()));
        }
    }
}
