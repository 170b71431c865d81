namespace DcpWorker.Engine;

/// <summary>
/// Base of every error that the engine raises on purpose. The message says what went wrong, with what, and
/// what to do about it; it never holds a secret.
/// </summary>
public abstract class DcpException : Exception
{
    /// <summary>Makes an error with a message for the person who has to deal with it.</summary>
    protected DcpException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Stable identifier of the failure: the protocol's own code where it has one (<c>EINVAL</c>,
    /// <c>ENOPROGRESS</c>, <c>DCPC-1026</c>…), else a PascalCase name of ours.
    /// </summary>
    public abstract string Code { get; }
}
