using DcpWorker.Engine;

namespace DcpScheduler.Storage;

/// <summary>The data directory cannot be used, or something could not be stored.</summary>
internal sealed class StorageException(string message, Exception? innerException = null) : DcpException(message, innerException)
{
    /// <inheritdoc/>
    public override string Code => "Storage";
}
