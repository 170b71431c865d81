namespace DcpScheduler.Domain;

/// <summary>A slice in the hands of a worker.</summary>
/// <param name="WorkerId">Who has it.</param>
/// <param name="Since">When it was handed out.</param>
/// <param name="Expires">When it is handed out again unless renewed.</param>
internal readonly record struct Lease(string WorkerId, DateTimeOffset Since, DateTimeOffset Expires);
