using System.Management.Automation;
using System.Security;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>
/// Puts the key of a keystore under another passphrase. The file is replaced whole or not at all; other copies of the keystore
/// keep the old passphrase.
/// </summary>
[Cmdlet(VerbsCommon.Set, "DcpKeystorePassphrase", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(KeystoreInfo))]
public sealed class SetDcpKeystorePassphraseCommand : KeystoreCmdlet
{
    private const string Activity = "Changing the passphrase";

    /// <summary>The passphrase so far; the empty one is tried, then it is asked for, unless given.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? OldPassphrase { get; set; }

    /// <summary>A file whose first line is the passphrase so far.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OldPassphraseFile { get; set; }

    /// <summary>The new passphrase; asked for twice unless given.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? NewPassphrase { get; set; }

    /// <summary>A file whose first line is the new passphrase.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NewPassphraseFile { get; set; }

    /// <summary>Take the passphrase away: who has the file then has the account.</summary>
    [Parameter]
    public SwitchParameter AllowEmptyPassphrase { get; set; }

    /// <summary>How hard it is to try passphrases; Standard unless given, or Network without a passphrase.</summary>
    [Parameter]
    public KeystoreKdf? Kdf { get; set; }

    /// <summary>Write what the keystore is now.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if ((OldPassphrase is not null && OldPassphraseFile is not null)
            || (NewPassphrase is not null ? 1 : 0) + (NewPassphraseFile is not null ? 1 : 0) + (AllowEmptyPassphrase ? 1 : 0) > 1)
        {
            ThrowTerminatingError(ErrorRecords.From(new CmdletException(
                "PassphraseAmbiguous",
                ErrorCategory.InvalidArgument,
                "Give the old passphrase in one way, and the new one by one of -NewPassphrase, -NewPassphraseFile and -AllowEmptyPassphrase.")));
        }
    }

    /// <inheritdoc/>
    protected override void Process(string path)
    {
        if (!File.Exists(path))
        {
            throw new KeystoreFileException("ENOENT", $"There is no keystore at {path}.");
        }

        if (!ShouldProcess(path, AllowEmptyPassphrase ? "take the passphrase away" : "change the passphrase"))
        {
            return;
        }

        using Passphrase old = TakeOld(path);
        using Passphrase passphrase = TakeNew(path);
        KeystoreOptions options = new() { KeyDerivation = (Kdf ?? (passphrase.IsEmpty ? KeystoreKdf.Network : KeystoreKdf.Standard)).Derivation() };
        Run(path, Activity, async (output, progress, cancellationToken) =>
        {
            Keystore keystore = await KeystoreFile.LoadAsync(path, cancellationToken).ConfigureAwait(false);
            Keystore changed = await keystore.ChangePassphraseAsync(old, passphrase, options, progress.Part(0, 0.67), cancellationToken).ConfigureAwait(false);
            string? warning = await KeystoreFile.SaveAsync(changed, path, passphrase, overwrite: true, progress.Part(0.67, 1), cancellationToken).ConfigureAwait(false);
            if (warning is not null)
            {
                output.WriteWarning(warning);
            }

            output.WriteVerbose($"Changed the passphrase of {path}. Other copies of this keystore keep the old one.");
            if (PassThru)
            {
                await output.WriteObjectAsync(KeystoreInfo.Of(path, changed, !passphrase.IsEmpty), cancellationToken).ConfigureAwait(false);
            }
        });
    }

    private Passphrase TakeOld(string path)
    {
        if (OldPassphraseFile is not null)
        {
            return Passphrases.FromFile(FullPath(OldPassphraseFile)!);
        }

        if (OldPassphrase is not null)
        {
            return Passphrase.FromSecureString(OldPassphrase);
        }

        bool isOpen = false;
        Run(async (_, cancellationToken) =>
        {
            Keystore keystore = await KeystoreFile.LoadAsync(path, cancellationToken).ConfigureAwait(false);
            isOpen = await keystore.IsOpenedByAsync(Passphrase.Empty, cancellationToken: cancellationToken).ConfigureAwait(false);
        });
        return isOpen ? Passphrase.Empty : Passphrases.Prompt(this, $"Passphrase of {path}", "-OldPassphrase or -OldPassphraseFile", twice: false);
    }

    private Passphrase TakeNew(string path)
    {
        if (AllowEmptyPassphrase)
        {
            return Passphrase.Empty;
        }

        Passphrase taken = NewPassphraseFile is not null ? Passphrases.FromFile(FullPath(NewPassphraseFile)!)
            : NewPassphrase is not null ? Passphrase.FromSecureString(NewPassphrase)
            : Passphrases.Prompt(this, $"New passphrase for {path}", "-NewPassphrase, -NewPassphraseFile or -AllowEmptyPassphrase", twice: true);
        return taken.IsEmpty
            ? throw new CmdletException("PassphraseEmpty", ErrorCategory.InvalidArgument, "The new passphrase is empty. Give one, or -AllowEmptyPassphrase when that is meant.")
            : taken;
    }
}
