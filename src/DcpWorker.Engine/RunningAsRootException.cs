namespace DcpWorker.Engine;

/// <summary>A program that works for strangers was started by root.</summary>
public sealed class RunningAsRootException : DcpException
{
    /// <summary>Makes the error.</summary>
    public RunningAsRootException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public override string Code => "RunningAsRoot";
}
