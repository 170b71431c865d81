namespace DcpWorker.Engine.Configuration;

/// <summary>A configuration that cannot be used: the message names the file (or variable), the line and what to write instead.</summary>
public sealed class ConfigurationException : DcpException
{
    /// <summary>Makes the error; <paramref name="source"/> is where the fault lies, when it is known.</summary>
    public ConfigurationException(string message, ConfigurationOrigin? source = null, Exception? innerException = null)
        : base(source is null ? message : $"{source}: {message}", innerException) => (Fault, Origin) = (message, source);

    /// <inheritdoc/>
    public override string Code => "Configuration";

    /// <summary>The message without the place.</summary>
    internal string Fault { get; }

    /// <summary>Where the fault lies; null when it is in no one place.</summary>
    public ConfigurationOrigin? Origin { get; }
}
