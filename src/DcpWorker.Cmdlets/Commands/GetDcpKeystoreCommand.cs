using System.Management.Automation;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Tells what keystores say without their passphrases, and whether they have one at all.</summary>
[Cmdlet(VerbsCommon.Get, "DcpKeystore", DefaultParameterSetName = PathSet)]
[OutputType(typeof(KeystoreInfo))]
public sealed class GetDcpKeystoreCommand : KeystoreCmdlet
{
    /// <inheritdoc/>
    protected override void Process(string path) => Run(path, "Trying the empty passphrase", async (output, progress, cancellationToken) =>
    {
        Keystore keystore = await KeystoreFile.LoadAsync(path, cancellationToken).ConfigureAwait(false);
        bool isOpen = await keystore.IsOpenedByAsync(Passphrase.Empty, progress, cancellationToken).ConfigureAwait(false);
        KeystoreInfo info = KeystoreInfo.Of(path, keystore, !isOpen);
        if (info.IsOpenToOthers)
        {
            output.WriteWarning($"{path} is open to others than its owner ({info.FileMode}). Type: chmod 600 '{path}'");
        }

        await output.WriteObjectAsync(info, cancellationToken).ConfigureAwait(false);
    });
}
