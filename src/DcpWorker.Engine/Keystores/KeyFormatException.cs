namespace DcpWorker.Engine.Keystores;

/// <summary>A key, address or signature that is not well formed.</summary>
public sealed class KeyFormatException : DcpException
{
    /// <summary>Makes the error.</summary>
    public KeyFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string Code => "KeyFormat";
}
