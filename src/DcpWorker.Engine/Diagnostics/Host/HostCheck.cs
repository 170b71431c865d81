namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>What one check of a host found.</summary>
/// <param name="Name">The check: one of <see cref="HostCheckNames"/>.</param>
/// <param name="Subject">What was looked at: a file, a location, a unit…; empty when the name says it all.</param>
/// <param name="Status">Its outcome.</param>
/// <param name="Duration">How long it took to look; zero when it was skipped.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What to do about it; null unless the check failed or warns.</param>
/// <param name="Code">Stable identifier of what is wrong, such as <c>KeystoreExposed</c> or <c>TimedOut</c>; null unless the check failed or warns.</param>
public sealed record HostCheck(
    string Name, string Subject, CheckStatus Status, TimeSpan Duration, string Detail, string? Remedy = null, string? Code = null);
