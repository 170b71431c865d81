using DcpWorker.Engine.Keystores;

namespace DcpWorker.Engine.Supervision.Events;

/// <summary>The scheduler credited a slice.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Amount">DCC (compute credits).</param>
/// <param name="PaymentAddress">The account that was credited.</param>
/// <param name="JobId">Id of the job.</param>
/// <param name="SliceNumber">Number of the slice, from 1.</param>
public sealed record PaymentReceived(DateTimeOffset Time, decimal Amount, Address PaymentAddress, string JobId, long SliceNumber) : WorkerEvent(Time);
