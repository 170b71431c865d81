namespace DcpWorker.Engine.InetDaemon;

/// <summary>What ended a connection first.</summary>
public enum ConnectionCloseCause
{
    /// <summary>The evaluator exited or was killed by somebody else.</summary>
    EvaluatorExited,

    /// <summary>The peer closed the connection, wholly or its sending half.</summary>
    PeerHungUp,

    /// <summary>The daemon is stopping.</summary>
    DaemonStopping,

    /// <summary>The evaluator could not be started.</summary>
    StartFailed,
}
