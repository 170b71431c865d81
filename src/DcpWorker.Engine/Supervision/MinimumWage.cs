namespace DcpWorker.Engine.Supervision;

/// <summary>The least that the worker works for; 0 takes any job. Units are those of the scheduler's market value: DCC.</summary>
/// <param name="Cpu">Per second of processor time.</param>
/// <param name="Gpu">Per second of GPU time.</param>
/// <param name="In">Per byte of input.</param>
/// <param name="Out">Per byte of output.</param>
public sealed record MinimumWage(double Cpu = 0, double Gpu = 0, double In = 0, double Out = 0);
