namespace DcpWorker.Engine.InetDaemon;

/// <summary>One evaluator process and its connection.</summary>
internal interface IRunningEvaluator
{
    /// <summary>The process id.</summary>
    int ProcessId { get; }

    /// <summary>Completes when the process is gone and the connection closed; never faults.</summary>
    Task<EvaluatorEnd> Ended { get; }

    /// <summary>Whether it is stopped.</summary>
    bool IsSuspended { get; }

    /// <summary>Kills the process and all that it started.</summary>
    void Kill();

    /// <summary>Stops the process and all that it started; false when that is not possible.</summary>
    bool Suspend();

    /// <summary>Lets it go on; false when it was not stopped or is gone.</summary>
    bool Resume();
}

/// <summary>What ended a connection first, and how its evaluator exited.</summary>
internal readonly record struct EvaluatorEnd(ConnectionCloseCause Cause, EvaluatorExit Exit);
