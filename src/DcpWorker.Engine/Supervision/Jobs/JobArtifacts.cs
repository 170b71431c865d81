using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Jobs;

/// <summary>What every slice of a job needs.</summary>
/// <param name="WorkFunction">Source of the work function.</param>
/// <param name="Arguments">Arguments after the datum.</param>
/// <param name="Range">Where data without a location come from; null when every slice has one.</param>
/// <param name="Size">Bytes that were fetched.</param>
internal sealed record JobArtifacts(string WorkFunction, IReadOnlyList<JsValue> Arguments, RangeObject? Range, long Size);
