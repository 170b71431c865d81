namespace DcpWorker.Engine.Control;

/// <summary>Where control connections come in on one kind of system.</summary>
internal interface IControlListener : IDisposable
{
    /// <summary>Where that is.</summary>
    string Path { get; }

    /// <summary>The next connection of somebody who may control this process; null for one of somebody who may not, which is closed.</summary>
    Task<Stream?> AcceptAsync(CancellationToken ct);
}
