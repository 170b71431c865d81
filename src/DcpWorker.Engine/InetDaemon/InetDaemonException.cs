namespace DcpWorker.Engine.InetDaemon;

/// <summary>The inet-daemon cannot start, or cannot start an evaluator.</summary>
public sealed class InetDaemonException : DcpException
{
    /// <summary>Makes the error; <paramref name="code"/> is a PascalCase name of the cause.</summary>
    public InetDaemonException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <inheritdoc/>
    public override string Code { get; }
}
