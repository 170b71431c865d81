namespace DcpWorker.Engine.Deployment;

/// <summary>The scheduler does not take a job, or ended it before it was done.</summary>
public sealed class DeploymentException : DcpException
{
    /// <summary>Makes the error.</summary>
    /// <param name="code">The scheduler's code, or <c>ECANCELLED</c>.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public DeploymentException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <inheritdoc/>
    public override string Code { get; }
}
