namespace DcpWorker.Engine.Supervision;

/// <summary>The least that the worker works for; 0 takes any job. All in DCC, as in the network's configuration.</summary>
/// <param name="Cpu">For an hour of processor time.</param>
/// <param name="Gpu">For an hour of GPU time.</param>
/// <param name="In">For a megabyte of input.</param>
/// <param name="Out">For a megabyte of output.</param>
public sealed record MinimumWage(double Cpu = 0, double Gpu = 0, double In = 0, double Out = 0);
