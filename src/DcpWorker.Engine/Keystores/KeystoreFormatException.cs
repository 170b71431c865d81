namespace DcpWorker.Engine.Keystores;

/// <summary>A keystore that is not well formed, or whose parameters nobody should follow.</summary>
public sealed class KeystoreFormatException : DcpException
{
    /// <summary>Makes the error.</summary>
    public KeystoreFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string Code => "DCP_WA:MALFORMED";
}
