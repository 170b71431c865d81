namespace DcpWorker.Engine.Keystores;

/// <summary>A keystore that opens without a passphrase lies open to other users of this machine.</summary>
public sealed class KeystoreExposedException : DcpException
{
    /// <summary>Makes the error.</summary>
    public KeystoreExposedException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public override string Code => "KeystoreExposed";
}
