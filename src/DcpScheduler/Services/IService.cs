using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>One of the services that clients connect to.</summary>
internal interface IService
{
    /// <summary>The first segment of the path in its address.</summary>
    string Path { get; }

    /// <summary>Does what is asked.</summary>
    /// <exception cref="ProtocolException">It is refused; code and message go to the client.</exception>
    Task<JsValue> HandleAsync(IncomingRequest request, CancellationToken ct);
}
