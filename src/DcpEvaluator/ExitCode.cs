namespace DcpEvaluator;

/// <summary>
/// Every way in which the evaluator ends. <c>die(n)</c> adds the number that a set-up file chooses
/// (<c>deny-node</c> uses 99); a lock-down violation ends in the signal SIGSYS (159 in a shell).
/// </summary>
internal enum ExitCode
{
    /// <summary>The input ended, the peer closed, or <c>die()</c>.</summary>
    Done = 0,

    /// <summary>Wrong use: unknown option, bad value, or started by root without --allow-root.</summary>
    Refused = 1,

    /// <summary>A fault inside the evaluator or its JavaScript engine.</summary>
    InternalFault = 70,

    /// <summary>The system refused something needed: the port, the lock-down, a code cache file.</summary>
    SystemRefused = 71,

    /// <summary>The heap limit, or the limit of all private memory, was reached.</summary>
    OutOfMemory = 72,

    /// <summary>Standard output failed, other than by the peer going away.</summary>
    OutputFailed = 74,

    /// <summary>The peer went away, and JavaScript went on without it.</summary>
    PeerGone = 75,

    /// <summary>An input line was longer than <see cref="Hosting.LineBuffer.LongestLine"/>.</summary>
    LineTooLong = 76,

    /// <summary>A set-up file threw, or could not be read.</summary>
    SetUpFailed = 97,

    /// <summary>A set-up file left a promise rejection unhandled.</summary>
    SetUpRejected = 98,
}
