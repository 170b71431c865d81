using DcpWorker.Engine;

namespace DcpWorker.Cli.Demo;

/// <summary>One of the programs of the demonstration did not do its part.</summary>
internal sealed class DemoException(string message) : DcpException(message)
{
    public override string Code => "Demo";
}
