using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment.Events;

/// <summary>A slice failed on some worker; unless its result is an error, it is tried again elsewhere.</summary>
/// <param name="Time">When it came in.</param>
/// <param name="SliceNumber">Number of the slice, from 1; 0 when not told.</param>
/// <param name="Code">Code of the failure, for example <c>EUNCAUGHT</c> or <c>ENOPROGRESS</c>; may be empty.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="Detail">All that the worker told.</param>
public sealed record SliceError(DateTimeOffset Time, long SliceNumber, string Code, string Message, JsValue Detail) : JobEvent(Time);
