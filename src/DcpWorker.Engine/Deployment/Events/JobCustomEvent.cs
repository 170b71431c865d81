using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment.Events;

/// <summary>A work function called <c>work.emit(name, data)</c>.</summary>
/// <param name="Time">When it came in.</param>
/// <param name="SliceNumber">Number of the slice, from 1; 0 when not told.</param>
/// <param name="Name">The name.</param>
/// <param name="Data">What it passed.</param>
public sealed record JobCustomEvent(DateTimeOffset Time, long SliceNumber, string Name, JsValue Data) : JobEvent(Time);
