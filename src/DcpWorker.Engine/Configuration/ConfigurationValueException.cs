namespace DcpWorker.Engine.Configuration;

/// <summary>A value that is not written into the configuration, which stays as it was.</summary>
public sealed class ConfigurationValueException : DcpException
{
    /// <summary>The configuration could not be used with it.</summary>
    public const string Invalid = "ConfigValueInvalid";

    /// <summary>It holds the asterisks that are shown in place of a secret.</summary>
    public const string Masked = "ConfigValueMasked";

    /// <summary>Makes the error.</summary>
    /// <param name="code">One of this class's.</param>
    /// <param name="message">What is wrong with which value.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ConfigurationValueException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <inheritdoc/>
    public override string Code { get; }
}
