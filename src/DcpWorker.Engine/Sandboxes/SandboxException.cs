namespace DcpWorker.Engine.Sandboxes;

/// <summary>A sandbox failed, and is terminated. <see cref="Code"/> tells how, in the codes that slices are returned with.</summary>
public sealed class SandboxException : DcpException
{
    /// <summary>The work function never called <c>progress()</c>, or not for too long.</summary>
    public const string NoProgress = "ENOPROGRESS";

    /// <summary>The slice took longer than any slice may.</summary>
    public const string SliceTooSlow = "ESLICETOOSLOW";

    /// <summary>The evaluator cannot be reached or went away: no fault of the job, as far as is known.</summary>
    public const string Gone = "ESANDBOX";

    /// <summary>The job could not be set up in the sandbox: its source does not compile, or it wants a worktime that is not there.</summary>
    public const string AssignFailed = "EASSIGN";

    /// <summary>A request was not answered in time.</summary>
    public const string TimedOut = "ETIMEDOUT";

    /// <summary>The sandbox broke the protocol: work functions can make it do so.</summary>
    public const string ProtocolViolation = "EPROTOCOL";

    /// <summary>The sandbox reported a failure of its own, such as a result that cannot be sent.</summary>
    public const string SandboxError = "ESANDBOXERROR";

    /// <summary>Makes the error.</summary>
    public SandboxException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <inheritdoc/>
    public override string Code { get; }
}
