using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment.Events;

/// <summary>The result of a slice is here.</summary>
/// <param name="Time">When it came in.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
/// <param name="Value">As in <see cref="JobResult"/>.</param>
public sealed record ResultReceived(DateTimeOffset Time, long SliceNumber, JsValue Value) : JobEvent(Time);
