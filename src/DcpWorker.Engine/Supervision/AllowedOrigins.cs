namespace DcpWorker.Engine.Supervision;

/// <summary>
/// Origins (<c>https://host[:port]</c>) that may be fetched from or sent to, for each purpose, beside the scheduler's own
/// origin and its sub-domains. <c>data:</c> locations need no permission.
/// </summary>
public sealed record AllowedOrigins
{
    /// <summary>For every purpose, a work function's own <c>fetch</c> included.</summary>
    public IReadOnlyList<Uri> Any { get; init; } = [];

    /// <summary>For work functions.</summary>
    public IReadOnlyList<Uri> FetchWorkFunctions { get; init; } = [];

    /// <summary>For arguments of work functions.</summary>
    public IReadOnlyList<Uri> FetchArguments { get; init; } = [];

    /// <summary>For slice data.</summary>
    public IReadOnlyList<Uri> FetchData { get; init; } = [];

    /// <summary>For results that a job wants sent elsewhere than to the scheduler.</summary>
    public IReadOnlyList<Uri> SendResults { get; init; } = [];
}
