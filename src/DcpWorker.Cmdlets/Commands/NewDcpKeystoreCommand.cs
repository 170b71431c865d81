using System.Management.Automation;
using System.Security;
using DcpWorker.Engine;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Makes a keystore with a new account, or one for a key that there is.</summary>
[Cmdlet(VerbsCommon.New, "DcpKeystore", SupportsShouldProcess = true, DefaultParameterSetName = PassphraseSet)]
[OutputType(typeof(KeystoreInfo))]
public sealed class NewDcpKeystoreCommand : AsyncCmdlet
{
    private const string PassphraseSet = "Passphrase";
    private const string PassphraseFileSet = "PassphraseFile";
    private const string EmptySet = "AllowEmptyPassphrase";
    private const string Activity = "Making a keystore";
    private const string Parameters = "-Passphrase, -PassphraseFile or -AllowEmptyPassphrase";

    // Everybody ought to read it once; nobody a hundred times.
    private static int s_warned;

    /// <summary>The file; the site's default.keystore unless given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>A label for people; the file's name without its extension unless given.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateLength(1, 256)]
    public string? Label { get; set; }

    /// <summary>The passphrase; asked for twice unless given, where there is somebody to ask.</summary>
    [Parameter(ParameterSetName = PassphraseSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>A file whose first line is the passphrase.</summary>
    [Parameter(ParameterSetName = PassphraseFileSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? PassphraseFile { get; set; }

    /// <summary>Make it without a passphrase: who has the file has the account. For the deposit account of a fleet.</summary>
    [Parameter(ParameterSetName = EmptySet, Mandatory = true)]
    public SwitchParameter AllowEmptyPassphrase { get; set; }

    /// <summary>The private key, 64 hexadecimal digits; a new one unless given.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? PrivateKey { get; set; }

    /// <summary>How hard it is to try passphrases; Standard unless given, or Network without a passphrase.</summary>
    [Parameter]
    public KeystoreKdf? Kdf { get; set; }

    /// <summary>The same as <c>-Kdf Light</c>.</summary>
    [Parameter]
    public SwitchParameter Light { get; set; }

    /// <summary>Replace a keystore that is there. The key in it is lost, unless there is a copy.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Write what was made.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string path = FullPath(Path) ?? KeystorePaths.New;
        try
        {
            KeystoreOptions options = Options(path);
            bool replaces = System.IO.Path.Exists(path);
            if (replaces && !Force)
            {
                throw new KeystoreFileException("EEXIST", $"{path} exists already. Give another path, or -Force to replace it: the key in it is lost then.");
            }

            if (ShouldProcess(path, replaces ? "replace the keystore, whose key is lost" : "make a keystore"))
            {
                using Passphrase passphrase = TakePassphrase(path);
                using PrivateKey key = PrivateKey is null ? Engine.Keystores.PrivateKey.Create() : Passphrases.Reveal(PrivateKey, t => Engine.Keystores.PrivateKey.Parse(t));
                Run((output, cancellationToken) => MakeAsync(path, key, passphrase, options, output, cancellationToken));
            }
        }
        catch (Exception e) when (e is DcpException or IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.From(e, (e as CmdletException)?.Target ?? path));
        }
    }

    private KeystoreOptions Options(string path)
    {
        if (Light && Kdf is not (null or KeystoreKdf.Light))
        {
            throw new CmdletException("KdfAmbiguous", ErrorCategory.InvalidArgument, $"-Light and -Kdf {Kdf} contradict each other. Give one of them.");
        }

        KeystoreKdf kdf = Kdf ?? (Light ? KeystoreKdf.Light : AllowEmptyPassphrase ? KeystoreKdf.Network : KeystoreKdf.Standard);
        return new KeystoreOptions { KeyDerivation = kdf.Derivation(), Label = Label ?? System.IO.Path.GetFileNameWithoutExtension(path) };
    }

    private Passphrase TakePassphrase(string path)
    {
        if (AllowEmptyPassphrase)
        {
            return Engine.Keystores.Passphrase.Empty;
        }

        Passphrase taken = PassphraseFile is not null ? Passphrases.FromFile(FullPath(PassphraseFile)!)
            : Passphrase is not null ? Engine.Keystores.Passphrase.FromSecureString(Passphrase)
            : Passphrases.Prompt(this, $"Passphrase for {path}", Parameters, twice: true);
        return taken.IsEmpty
            ? throw new CmdletException("PassphraseEmpty", ErrorCategory.InvalidArgument, "The passphrase is empty. Give one, or -AllowEmptyPassphrase when that is meant.")
            : taken;
    }

    private async Task MakeAsync(string path, PrivateKey key, Passphrase passphrase, KeystoreOptions options, CmdletOutput output, CancellationToken cancellationToken)
    {
        KeystoreProgress progress = new(output, Activity, path);
        try
        {
            Keystore keystore = await Keystore.CreateAsync(key, passphrase, options, progress.Part(0, 0.5), cancellationToken).ConfigureAwait(false);
            string? warning = await KeystoreFile.SaveAsync(keystore, path, passphrase, Force, progress.Part(0.5, 1), cancellationToken).ConfigureAwait(false);
            if (warning is not null)
            {
                output.WriteWarning(warning);
            }

            string remark = $"{path} holds the key of {keystore.Address}. A keystore cannot be revoked: who has a copy and the passphrase has the account. Keep a backup in a safe place.";
            if (Interlocked.Exchange(ref s_warned, 1) == 0)
            {
                output.WriteWarning(remark);
            }
            else
            {
                output.WriteVerbose(remark);
            }

            if (PassThru)
            {
                await output.WriteObjectAsync(KeystoreInfo.Of(path, keystore, !passphrase.IsEmpty), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is DcpException or IOException or UnauthorizedAccessException)
        {
            output.WriteError(ErrorRecords.From(e, path));
        }
        finally
        {
            progress.Complete();
        }
    }
}
