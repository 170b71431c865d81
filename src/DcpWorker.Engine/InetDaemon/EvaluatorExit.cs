namespace DcpWorker.Engine.InetDaemon;

/// <summary>How an evaluator process ended: exactly one of the two is set, or neither when the system no longer knew.</summary>
/// <param name="Code">Exit code of a process that ended by itself.</param>
/// <param name="Signal">Number of the signal that killed it.</param>
public readonly record struct EvaluatorExit(int? Code, int? Signal)
{
    /// <inheritdoc/>
    public override string ToString() => (Code, Signal) switch
    {
        ({ } code, _) => $"exit code {code}",
        (_, { } signal) => $"signal {signal}",
        _ => "unknown status",
    };
}
