namespace DcpWorker.Engine.Logging;

/// <summary>A sink of the log is described wrongly, or cannot be made as described: the message says what and how to write it.</summary>
public sealed class LogSinkException(string message, Exception? innerException = null) : DcpException(message, innerException)
{
    /// <inheritdoc/>
    public override string Code => "LogSinkInvalid";
}
