using System.Management.Automation;
using System.Security;
using DcpWorker.Engine;
using DcpWorker.Engine.Diagnostics;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Says whether a keystore is fit for use: well formed, kept from others, and opened by a passphrase that is given.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DcpKeystore", DefaultParameterSetName = PathSet)]
[OutputType(typeof(bool))]
[OutputType(typeof(KeystoreCheck))]
public sealed class TestDcpKeystoreCommand : KeystoreCmdlet
{
    /// <summary>A passphrase that is to open it.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>A file whose first line is the passphrase that is to open it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PassphraseFile { get; set; }

    /// <summary>A keystore without a passphrase is in order, wherever it is; else only in the site's own folder.</summary>
    [Parameter]
    public SwitchParameter AllowEmptyPassphrase { get; set; }

    /// <summary>One object for each check instead of a Boolean for all of them.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void Process(string path)
    {
        using Passphrase? passphrase = PassphraseFile is not null ? Passphrases.FromFile(FullPath(PassphraseFile)!)
            : Passphrase is not null ? Engine.Keystores.Passphrase.FromSecureString(Passphrase)
            : null;
        Run(path, "Testing the keystore", async (output, progress, cancellationToken) =>
        {
            bool good = true;
            await foreach (KeystoreCheck check in ChecksAsync(path, passphrase, progress, cancellationToken).ConfigureAwait(false))
            {
                good &= check.Status != CheckStatus.Failed;
                if (Detailed)
                {
                    await output.WriteObjectAsync(check, cancellationToken).ConfigureAwait(false);
                }
                else if (check.Status == CheckStatus.Failed)
                {
                    output.WriteVerbose($"{check.Name} failed: {check.Detail} {check.Remedy}");
                }
            }

            if (!Detailed)
            {
                await output.WriteObjectAsync(good, cancellationToken).ConfigureAwait(false);
            }
        });
    }

    private async IAsyncEnumerable<KeystoreCheck> ChecksAsync(
        string path, Passphrase? passphrase, KeystoreProgress progress, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (Keystore? keystore, string? fault) = await LoadAsync(path, cancellationToken).ConfigureAwait(false);
        if (keystore is null)
        {
            yield return Failed(path, "Format", fault!, "Restore it from a backup, or make another with New-DcpKeystore.");
            yield break;
        }

        yield return Passed(path, "Format", $"Version {keystore.Version}, {keystore.KeyDerivation}.");
        yield return keystore.Address is { } address
            ? Passed(path, "Address", address.ToString())
            : Failed(path, "Address", "It does not say which account it is for.", "Make it again with New-DcpKeystore -PrivateKey.");
        yield return KeystoreFile.IsReadableByOthers(path)
            ? Failed(path, "FileMode", $"It is open to others than its owner ({KeystoreInfo.Of(path, keystore, true).FileMode}).", $"Type: chmod 600 '{path}'")
            : Passed(path, "FileMode", "It is kept from others than its owner.");
        yield return await EmptyAsync(path, keystore, progress.Part(0, 0.5), cancellationToken).ConfigureAwait(false);
        if (passphrase is null)
        {
            yield return new KeystoreCheck(path, "Passphrase", CheckStatus.Skipped, "No passphrase was given.");
        }
        else
        {
            (bool isOpened, string? wrong) = await OpensAsync(keystore, passphrase, progress.Part(0.5, 1), cancellationToken).ConfigureAwait(false);
            yield return isOpened
                ? Passed(path, "Passphrase", "The passphrase opens it.")
                : Failed(path, "Passphrase", wrong ?? "The passphrase does not open it.", "Look for the right one: without it the account is lost, unless there is another copy.");
        }
    }

    private async Task<KeystoreCheck> EmptyAsync(string path, Keystore keystore, IProgress<double> progress, CancellationToken cancellationToken)
    {
        const string Name = "EmptyPassphrase";
        (bool isOpened, string? wrong) = await OpensAsync(keystore, Engine.Keystores.Passphrase.Empty, progress, cancellationToken).ConfigureAwait(false);
        if (wrong is not null)
        {
            return Failed(path, Name, wrong, "Restore it from a backup.");
        }

        if (!isOpened)
        {
            return Passed(path, Name, "It has a passphrase.");
        }

        return AllowEmptyPassphrase || KeystorePaths.IsOfSite(path)
            ? Passed(path, Name, "It has no passphrase, as the deposit account of a fleet.")
            : Failed(path, Name, "It has no passphrase, and lies outside the site's folder.", "Give it one with Set-DcpKeystorePassphrase, or allow it with -AllowEmptyPassphrase.");
    }

    private static async Task<(Keystore? Keystore, string? Fault)> LoadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await KeystoreFile.LoadAsync(path, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception e) when (e is KeystoreFormatException or KeystoreFileException)
        {
            // What a test is there to find.
            return (null, e.Message);
        }
    }

    private static async Task<(bool IsOpened, string? Fault)> OpensAsync(Keystore keystore, Passphrase passphrase, IProgress<double> progress, CancellationToken cancellationToken)
    {
        try
        {
            return (await keystore.IsOpenedByAsync(passphrase, progress, cancellationToken).ConfigureAwait(false), null);
        }
        catch (KeystoreFormatException e)
        {
            // Opened, and found to hold no key or another than it claims.
            return (false, e.Message);
        }
    }

    private static KeystoreCheck Passed(string path, string name, string detail) => new(path, name, CheckStatus.Passed, OneLine.Of(detail));

    private static KeystoreCheck Failed(string path, string name, string detail, string remedy) => new(path, name, CheckStatus.Failed, OneLine.Of(detail), remedy);
}
