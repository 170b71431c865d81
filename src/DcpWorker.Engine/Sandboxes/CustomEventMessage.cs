using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>The work function called <c>work.emit(name, data)</c>.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Data">What it carries.</param>
public sealed record CustomEventMessage(string Name, JsValue Data) : SandboxMessage;
