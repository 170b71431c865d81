namespace DcpWorker.Engine.Control;

/// <summary>One evaluator of an inet-daemon.</summary>
/// <param name="Connection">Whose it is.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Suspended">Whether it is stopped.</param>
/// <param name="Memory">Resident memory in bytes; 0 when unknown.</param>
/// <param name="CpuTime">Processor time; zero when unknown.</param>
internal sealed record RunningEvaluator(PeerConnection Connection, int ProcessId, bool Suspended, long Memory, TimeSpan CpuTime);
