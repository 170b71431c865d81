namespace DcpWorker.Engine.Control;

/// <summary>A running worker could not be found, reached or told something.</summary>
public sealed class ControlException : DcpException
{
    /// <summary>There is no such worker that this user may control.</summary>
    public const string NotFound = "WorkerNotFound";

    /// <summary>The name fits several workers.</summary>
    public const string Ambiguous = "WorkerAmbiguous";

    /// <summary>The worker refuses: it belongs to somebody else, or is at its end.</summary>
    public const string Refused = "ControlRefused";

    /// <summary>No answer in time.</summary>
    public const string TimedOut = "ControlTimeout";

    /// <summary>The worker ended before it answered.</summary>
    public const string Ended = "WorkerEnded";

    /// <summary>What was asked for or answered is not in the protocol.</summary>
    public const string Invalid = "ControlInvalid";

    /// <summary>There is no place for control sockets, or it is not safe.</summary>
    public const string Unavailable = "ControlUnavailable";

    /// <summary>Makes the error.</summary>
    public ControlException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <inheritdoc/>
    public override string Code { get; }
}
