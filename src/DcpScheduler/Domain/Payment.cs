using DcpWorker.Engine.Keystores;

namespace DcpScheduler.Domain;

/// <summary>Credits that go from one account to another.</summary>
internal sealed record Payment(DateTimeOffset Time, Address Source, Address Destination, decimal Amount, string? Job, int? Slice);
