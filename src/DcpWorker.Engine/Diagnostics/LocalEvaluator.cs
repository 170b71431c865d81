namespace DcpWorker.Engine.Diagnostics;

/// <summary>A process of ours that serves one connection.</summary>
/// <param name="ConnectionId">The daemon's number for the connection.</param>
/// <param name="ProcessId">The process.</param>
internal sealed record LocalEvaluator(long ConnectionId, int ProcessId);
