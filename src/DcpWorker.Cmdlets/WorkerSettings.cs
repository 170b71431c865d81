using System.Management.Automation;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Sandboxes;

namespace DcpWorker.Cmdlets;

/// <summary>What a worker is told by the parameters of a cmdlet, over the configuration.</summary>
internal static class WorkerSettings
{
    private const string DefaultKeystore = "default.keystore";
    private const string SiteKeystore = KeystoreExposure.SiteFolder + "/" + DefaultKeystore;

    /// <summary>A scheduler's location, looked over.</summary>
    public static Uri Scheduler(Uri scheduler) => scheduler.IsAbsoluteUri && scheduler.Scheme is "http" or "https"
        ? scheduler
        : throw new CmdletException(
            "SchedulerUriInvalid",
            ErrorCategory.InvalidArgument,
            $"'{scheduler.OriginalString}' is not the location of a scheduler. Give a URL such as https://scheduler.distributed.computer/.",
            scheduler);

    /// <summary>Where the inet-daemon listens.</summary>
    public static EvaluatorLocation Evaluator(Uri parameter)
    {
        Uri complete = EvaluatorUri.Complete(parameter);
        return new EvaluatorLocation(complete.IdnHost, complete.Port);
    }

    /// <summary>The address of an account, looked over.</summary>
    public static Address Account(string address) => Address.TryParse(address, out Address? given)
        ? given
        : throw new CmdletException(
            "PaymentAddressInvalid",
            ErrorCategory.InvalidArgument,
            $"'{address}' is not the address of an account: 0x and 40 hexadecimal digits.",
            address);

    /// <summary>Where this user's keystores and what must survive a restart are, as for every DCP program.</summary>
    public static string ResourceDirectory() =>
        Variable("DCP_RESOURCE_DIR")
        ?? (Variable("XDG_DATA_HOME") is { } data ? Path.Combine(data, "dcp")
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".dcp")
            : throw new CmdletException(
                "ResourceDirectoryUnknown",
                ErrorCategory.ObjectNotFound,
                "This user has no home directory to keep the worker's identity in. Name a directory with -ResourceDirectory."));

    /// <summary>
    /// Who is credited: the address that was given, or that of a keystore, which need not be unlocked for it; null when the
    /// configuration says.
    /// </summary>
    public static async Task<Address?> PaymentAddressAsync(string? address, string? keystore, bool isConfigured, string resourceDirectory, Action<string> warn, CancellationToken cancellationToken)
    {
        if (address is not null)
        {
            return Account(address);
        }

        if (keystore is null && isConfigured)
        {
            return null;
        }

        string own = Path.Combine(resourceDirectory, DefaultKeystore);
        string path = keystore ?? (File.Exists(own) ? own : File.Exists(SiteKeystore) ? SiteKeystore : throw new CmdletException(
            "NoAccount",
            ErrorCategory.ObjectNotFound,
            $"There is no account to credit. Name a keystore, make {own}, give -PaymentAddress, or set worker.paymentAddress."));
        Keystore loaded = await KeystoreFile.LoadAsync(path, cancellationToken).ConfigureAwait(false);
        if (await KeystoreExposure.CheckAsync(loaded, path, resourceDirectory, cancellationToken).ConfigureAwait(false) is { } warning)
        {
            warn(warning);
        }

        return loaded.Address ?? throw new CmdletException(
            "KeystoreHasNoAddress",
            ErrorCategory.InvalidData,
            $"The keystore '{path}' does not say which address it is for. Give the address with -PaymentAddress.",
            path);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
