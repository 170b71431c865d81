namespace DcpWorker.Engine.Serialization;

/// <summary>Text or data that is not what its format promises: malformed, too deep or too large.</summary>
public sealed class SerializationException : DcpException
{
    /// <summary>Makes the error.</summary>
    public SerializationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string Code => "EINVAL";
}
