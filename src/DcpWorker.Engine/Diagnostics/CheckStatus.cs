namespace DcpWorker.Engine.Diagnostics;

/// <summary>The outcome of one check.</summary>
public enum CheckStatus
{
    /// <summary>What was looked at is as it should be.</summary>
    Passed,

    /// <summary>What was looked at is not as it should be; the check says what to do.</summary>
    Failed,

    /// <summary>It could not be looked at from here, or an earlier check made it pointless.</summary>
    Skipped,

    /// <summary>It works, but something about it should be looked at; the check says what to do.</summary>
    Warning,
}
