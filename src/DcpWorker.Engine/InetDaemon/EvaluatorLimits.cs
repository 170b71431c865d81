namespace DcpWorker.Engine.InetDaemon;

/// <summary>What one evaluator may use, as its control group says (cgroups(7), version 2).</summary>
/// <param name="MemoryBytes">Most memory of the whole process, in bytes; beyond it the kernel ends the evaluator. More than 0.</param>
/// <param name="CpuWeight">Its share of a processor that others want too, 1 to 10000; the daemon itself has 100.</param>
public sealed record EvaluatorLimits(long MemoryBytes, int CpuWeight);
