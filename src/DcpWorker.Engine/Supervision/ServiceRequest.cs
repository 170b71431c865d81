using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision;

/// <summary>
/// Sends one request to one service of the scheduler and waits for the answer; <c>ServiceConnection.RequestAsync</c> is one.
/// The parts of the supervisor know their services by this alone, so that each can be tested without a network.
/// </summary>
internal delegate Task<Response> ServiceRequest(string operation, JsValue data, RequestOptions? options, CancellationToken ct);
