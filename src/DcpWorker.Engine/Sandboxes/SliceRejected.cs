namespace DcpWorker.Engine.Sandboxes;

/// <summary>The work function called <c>work.reject(reason, retries)</c>: it does not want to run here. The sandbox is terminated.</summary>
/// <param name="Measurement">What the slice used.</param>
/// <param name="Reason">Why; <c>false</c> when it gave none.</param>
/// <param name="Retries">How often the slice may be tried again on this machine.</param>
public sealed record SliceRejected(SliceMeasurement Measurement, string Reason, int Retries) : SliceOutcome(Measurement);
