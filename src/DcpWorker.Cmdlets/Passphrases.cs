using System.Management.Automation;
using System.Management.Automation.Host;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cmdlets;

/// <summary>Where passphrases come from: a parameter, a file, or whoever sits at the terminal.</summary>
internal static class Passphrases
{
    private const int MostBytes = 64 * 1024;

    // A remote session or job could ask back, but a fleet's script has nobody who would answer.
    private const string RemoteHost = "ServerRemoteHost";

    // The shell does not tell it: it throws when the prompt is out, or stops the script at the end of a redirected input.
    private static bool IsNonInteractive { get; } =
        Console.IsInputRedirected || Environment.GetCommandLineArgs().Skip(1).Any(a => a.StartsWith("-noni", StringComparison.OrdinalIgnoreCase));

    /// <summary>The characters of a secure string, for as long as <paramref name="use"/> takes; then they are wiped.</summary>
    public static T Reveal<T>(SecureString secret, Func<char[], T> use)
    {
        char[] text = GC.AllocateUninitializedArray<char>(secret.Length, pinned: true);
        nint memory = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            Marshal.Copy(memory, text, 0, text.Length);
            return use(text);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(memory);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }

    /// <summary>The first line of a file.</summary>
    /// <exception cref="CmdletException">PassphraseFileNotFound, PassphraseFileUnreadable.</exception>
    public static Passphrase FromFile(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read);
            byte[] bytes = GC.AllocateArray<byte>(MostBytes, pinned: true);
            char[] text = GC.AllocateArray<char>(MostBytes, pinned: true);
            try
            {
                int count = file.ReadAtLeast(bytes, MostBytes, throwOnEndOfStream: false);
                ReadOnlySpan<char> all = text.AsSpan(0, Encoding.UTF8.GetChars(bytes, 0, count, text, 0)).TrimStart('\ufeff');
                int end = all.IndexOfAny('\r', '\n');
                return new Passphrase(end < 0 ? all : all[..end]);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
                CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(text.AsSpan()));
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CmdletException("PassphraseFileNotFound", ErrorCategory.ObjectNotFound, $"There is no file '{path}' with a passphrase.", path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CmdletException("PassphraseFileUnreadable", ErrorCategory.ReadError, $"The passphrase in '{path}' cannot be read: {e.Message}", path, e);
        }
    }

    /// <summary>What somebody types without seeing it; twice when it is a new one.</summary>
    /// <param name="cmdlet">The cmdlet whose host is asked; on the pipeline's thread.</param>
    /// <param name="prompt">What is asked for.</param>
    /// <param name="parameters">What to give instead, for the error.</param>
    /// <param name="twice">Whether it has to be typed again.</param>
    /// <exception cref="CmdletException">PassphraseRequired: nobody can be asked. PassphraseMismatch: two different ones were typed.</exception>
    public static Passphrase Prompt(PSCmdlet cmdlet, string prompt, string parameters, bool twice)
    {
        Passphrase first = Passphrase.FromSecureString(Ask(cmdlet, prompt, parameters));
        if (twice)
        {
            using Passphrase second = Passphrase.FromSecureString(Ask(cmdlet, "The same again", parameters));
            if (!first.IsSameAs(second))
            {
                first.Dispose();
                throw new CmdletException("PassphraseMismatch", ErrorCategory.InvalidArgument, "The two passphrases are not the same. Nothing was changed.");
            }
        }

        return first;
    }

    private static SecureString Ask(PSCmdlet cmdlet, string prompt, string parameters)
    {
        Exception? cause = null;
        if (cmdlet.Host?.UI is { } ui && cmdlet.Host.Name != RemoteHost && !IsNonInteractive)
        {
            try
            {
                ui.Write(prompt + ": ");
                return ui.ReadLineAsSecureString();
            }
            catch (Exception e) when (e is HostException or InvalidOperationException or NotImplementedException or IOException)
            {
                // The host's way to say that there is no terminal, or that it was started with -NonInteractive.
                cause = e;
            }
        }

        throw new CmdletException(
            "PassphraseRequired", ErrorCategory.InvalidArgument, $"A passphrase is needed, and nobody can be asked for it here. Give {parameters}.", null, cause);
    }
}
