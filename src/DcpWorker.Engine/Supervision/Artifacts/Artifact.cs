using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Artifacts;

/// <summary>Something fetched by its location and decoded by its content type.</summary>
/// <param name="Value">What it is.</param>
/// <param name="Size">Bytes that travelled; what a scheduler counts as input.</param>
internal readonly record struct Artifact(JsValue Value, long Size);
