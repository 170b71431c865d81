namespace DcpWorker.Engine.Diagnostics;

/// <summary>What one check of an evaluator found.</summary>
/// <param name="Evaluator">The evaluator that was looked at: a URI, or the path of a program.</param>
/// <param name="Name">The check: one of <see cref="CheckNames"/>.</param>
/// <param name="Status">Its outcome.</param>
/// <param name="Duration">How long the thing that was checked took; zero when it was skipped.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What to do about it; null unless the check failed.</param>
public sealed record EvaluatorCheck(
    string Evaluator, string Name, CheckStatus Status, TimeSpan Duration, string Detail, string? Remedy = null);
