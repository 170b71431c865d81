namespace DcpWorker.Engine.Diagnostics;

/// <summary>An evaluator did not do what every evaluator must.</summary>
internal sealed class EvaluatorFault(string message, Exception? innerException = null) : DcpException(message, innerException)
{
    public override string Code => "EvaluatorFault";
}
