namespace DcpWorker.Engine.Diagnostics;

/// <summary>An evaluator did not do what every evaluator must.</summary>
internal sealed class EvaluatorFault(string message, Exception? innerException = null) : DcpException(message, innerException)
{
    public override string Code => "EvaluatorFault";

    /// <summary>Whether the connection ended before a single line came, as it does when a daemon is full.</summary>
    public bool ClosedAtOnce { get; init; }
}
