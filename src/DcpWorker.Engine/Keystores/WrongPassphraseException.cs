namespace DcpWorker.Engine.Keystores;

/// <summary>The passphrase does not open the keystore.</summary>
public sealed class WrongPassphraseException : DcpException
{
    /// <summary>Makes the error.</summary>
    public WrongPassphraseException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string Code => "DCP_WA:UNLOCKX";
}
