namespace DcpWorker.Engine.Deployment;

/// <summary>The scheduler does not take a job, ended it before it was done, or does not give its results.</summary>
public sealed class DeploymentException : DcpException
{
    /// <summary>Code of a job that is finished, without all its results being given.</summary>
    public const string NoResults = "ENORESULTS";

    /// <summary>Makes the error.</summary>
    /// <param name="code">The scheduler's code, <c>ECANCELLED</c>, or <see cref="NoResults"/>.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public DeploymentException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <inheritdoc/>
    public override string Code { get; }
}
