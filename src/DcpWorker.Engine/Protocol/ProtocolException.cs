namespace DcpWorker.Engine.Protocol;

/// <summary>
/// A failure of the DCP connection protocol, or an error that the peer answered with. Thrown by a request handler it
/// becomes the peer's error response.
/// </summary>
public sealed class ProtocolException : DcpException
{
    /// <summary>Makes the error.</summary>
    public ProtocolException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>
    /// The protocol's code: <c>EINVAL</c>, <c>EDCPSID</c>, <c>EVERSION</c>, <c>EADDRCHANGE</c>, <c>ETIMEDOUT</c>,
    /// <c>EPIPE</c> (closed by us), <c>ECONNRESET</c> (closed by the peer), <c>DCPC-…</c>, or whatever the peer sent.
    /// </summary>
    public override string Code { get; }

    /// <summary>True when the connection failed, so that the same request may succeed on another one; false when the peer refused it.</summary>
    public bool IsConnectionFailure { get; init; }

    /// <summary>
    /// True when waiting and trying again can help. A peer that answers as somebody else (<c>EADDRCHANGE</c>) will not do so less
    /// until a person looks at it.
    /// </summary>
    public bool MayPass => IsConnectionFailure && Code != "EADDRCHANGE";
}
