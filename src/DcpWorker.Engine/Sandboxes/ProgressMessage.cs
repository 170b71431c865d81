namespace DcpWorker.Engine.Sandboxes;

/// <summary>The work function called <c>progress()</c>; the sandbox passes on one call in each throttle interval.</summary>
/// <param name="Percent">How much is done, 0 to 100; null when it did not say.</param>
/// <param name="Indeterminate">Whether the percentage means little: none was given, or it went backwards or out of range.</param>
public sealed record ProgressMessage(double? Percent, bool Indeterminate) : SandboxMessage;
