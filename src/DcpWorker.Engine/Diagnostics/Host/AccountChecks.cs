using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Keystores;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>Who is credited, and who the worker is.</summary>
internal sealed class AccountChecks(HostExaminationOptions options, CheckRunner runner, string resourceDirectory)
{
    private const string DefaultKeystore = "default.keystore";
    private const string SiteKeystore = KeystoreExposure.SiteFolder + "/" + DefaultKeystore;

    private string OwnKeystore => Path.Combine(resourceDirectory, DefaultKeystore);

    private string IdentityFile => Path.Combine(resourceDirectory, IdentityStore.FileName);

    public Task<HostCheck> AccountAsync(ConfigurationTree tree, CancellationToken cancellationToken)
    {
        Address? given = options.PaymentAddress ?? (options.Keystore is null ? new ConfigurationValues(tree).Address("worker.paymentAddress") : null);
        string? path = given is not null ? null : options.Keystore ?? (File.Exists(OwnKeystore) || !File.Exists(SiteKeystore) ? OwnKeystore : SiteKeystore);
        return runner.LookAsync(
            HostCheckNames.Keystore,
            path ?? given!.ToString(),
            "Name a keystore that is one, or set worker.paymentAddress to the address of the account that is to earn.",
            options.Timeout,
            ct => path is null ? Task.FromResult(Finding.Passed($"{given} is credited; no keystore is needed.")) : KeystoreAsync(path, ct),
            cancellationToken);
    }

    public Task<HostCheck> IdentityAsync(CancellationToken cancellationToken) => runner.LookAsync(
        HostCheckNames.Identity,
        IdentityFile,
        "Move the file away, so that the worker makes a new one, and let the worker's user own the folder.",
        options.Timeout,
        ct => File.Exists(IdentityFile) ? OpenIdentityAsync(ct) : Task.FromResult(FolderForIdentity()),
        cancellationToken);

    private async Task<Finding> KeystoreAsync(string path, CancellationToken cancellationToken)
    {
        if (options.Keystore is null && !File.Exists(path))
        {
            return Finding.Failed(
                "NoAccount",
                "There is no account to credit.",
                $"Make one at {path} (New-DcpKeystore, or dcp-worker keystore new), or set worker.paymentAddress.");
        }

        Keystore keystore = await KeystoreFile.LoadAsync(path, cancellationToken).ConfigureAwait(false);
        if (keystore.Address is null)
        {
            return Finding.Failed("KeystoreHasNoAddress", $"{path} does not say which address it is for.", "Give the address itself: worker.paymentAddress, or -PaymentAddress.");
        }

        try
        {
            string? exposure = await KeystoreExposure.CheckAsync(keystore, path, resourceDirectory, cancellationToken).ConfigureAwait(false);
            return exposure is null
                ? Finding.Passed($"{keystore.Address} of {path} is credited.")
                : Finding.Warning("KeystoreExposed", exposure, $"Type chmod 600 '{path}'.");
        }
        catch (KeystoreExposedException e)
        {
            return Finding.Failed(e.Code, e.Message, $"Type chmod 600 '{path}', and move the credits to another account when somebody may have copied it.");
        }
    }

    private async Task<Finding> OpenIdentityAsync(CancellationToken cancellationToken)
    {
        using PrivateKey key = await IdentityStore.LoadOrCreateAsync(resourceDirectory, cancellationToken).ConfigureAwait(false);
        return KeystoreFile.IsReadableByOthers(IdentityFile)
            ? Finding.Warning("KeystoreExposed", KeystoreExposure.Warning(IdentityFile), $"Type chmod 600 '{IdentityFile}'.")
            : Finding.Passed($"This host is {key.Address}.");
    }

    private Finding FolderForIdentity()
    {
        string folder = ExistingFolder.Of(resourceDirectory);
        return ExistingFolder.IsWritable(folder)
            ? Finding.Passed("There is none yet; the worker makes it when it starts.")
            : Finding.Failed("AccessDenied", $"There is none, and none can be made: {folder} cannot be written.", "Let the worker's user own the folder, or name another one (DCP_RESOURCE_DIR).");
    }
}
