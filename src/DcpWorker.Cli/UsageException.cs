using DcpWorker.Engine;

namespace DcpWorker.Cli;

/// <summary>The command line or the environment asks for something that cannot be.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : DcpException(message, innerException)
{
    public override string Code => "Usage";
}
