namespace DcpWorker.Engine.Supervision.PauseRules;

/// <summary>What a rule asks about this machine cannot be told.</summary>
internal sealed class SensorException(string message, Exception? innerException = null) : DcpException(message, innerException)
{
    public const string PauseRuleFailed = "EPAUSERULE";

    public override string Code => PauseRuleFailed;
}
