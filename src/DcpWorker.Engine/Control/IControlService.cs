using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Control;

/// <summary>What is behind a control socket.</summary>
internal interface IControlService
{
    /// <summary>Answers a request.</summary>
    /// <exception cref="ControlException">It is not to be fulfilled; the caller is told.</exception>
    Task<ControlAnswer> HandleAsync(ControlRequest request, CancellationToken ct);

    /// <summary>What happens from this call on, as JSON; null when there is nothing to watch.</summary>
    IAsyncEnumerable<JsObject>? Watch(CancellationToken ct);
}
