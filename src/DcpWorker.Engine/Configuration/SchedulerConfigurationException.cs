namespace DcpWorker.Engine.Configuration;

/// <summary>What the scheduler answered is no configuration that we can work with.</summary>
public sealed class SchedulerConfigurationException : DcpException
{
    /// <summary>Makes the error.</summary>
    public SchedulerConfigurationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string Code => "SchedulerConfigurationInvalid";
}
