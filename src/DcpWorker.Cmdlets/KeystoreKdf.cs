namespace DcpWorker.Cmdlets;

/// <summary>How hard a new keystore makes it to try passphrases.</summary>
public enum KeystoreKdf
{
    /// <summary>scrypt n = 2^18, r = 8, p = 1: about a second and 256 MiB for each try.</summary>
    Standard,

    /// <summary>scrypt n = 2^12, r = 8, p = 6: for small machines.</summary>
    Light,

    /// <summary>scrypt n = 1024, r = 8, p = 1, as the network's own wallet: for keystores without a passphrase.</summary>
    Network,
}
