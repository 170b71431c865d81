using System.IO.Pipes;

namespace DcpWorker.Engine.Control;

/// <summary>A named pipe that its own user alone can connect to; for Windows.</summary>
internal sealed class PipeControlListener(string name) : IControlListener
{
    /// <summary>What the names of ours begin with.</summary>
    public const string Prefix = "dcp-worker.";

    public string Path { get; } = Prefix + name;

    public async Task<Stream?> AcceptAsync(CancellationToken ct)
    {
        NamedPipeServerStream pipe = new(
            Path, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await pipe.WaitForConnectionAsync(ct).ConfigureAwait(false);
            return pipe;
        }
        catch
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Dispose()
    {
        // each pipe ends with its connection
    }
}
