namespace DcpWorker.Engine.Configuration;

/// <summary>The scheduler did not answer, or answered with an HTTP error: trying again later may help.</summary>
public sealed class SchedulerUnreachableException : DcpException
{
    /// <summary>Makes the error.</summary>
    public SchedulerUnreachableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string Code => "SchedulerUnreachable";
}
