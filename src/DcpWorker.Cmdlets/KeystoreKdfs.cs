using DcpWorker.Engine.Keystores;

namespace DcpWorker.Cmdlets;

/// <summary>The derivations behind the names.</summary>
internal static class KeystoreKdfs
{
    /// <summary>The derivation of that name.</summary>
    public static KeyDerivation Derivation(this KeystoreKdf kdf) => kdf switch
    {
        KeystoreKdf.Light => KeyDerivation.Light,
        KeystoreKdf.Network => KeyDerivation.Network,
        _ => KeyDerivation.Standard,
    };
}
