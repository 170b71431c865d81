namespace DcpWorker.Engine.Supervision.Artifacts;

/// <summary>Something that a job or slice needs could not be had.</summary>
public sealed class ArtifactException : DcpException
{
    internal ArtifactException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>
    /// <c>EPERM_ORIGIN</c> (the owner of this worker does not allow the origin), <c>EHTTP</c> (the server answered with an
    /// error, or is left alone after one), <c>EFETCH</c> (anything else).
    /// </summary>
    public override string Code { get; }

    /// <summary>Whether it may work later: the server is in trouble, the location is not wrong.</summary>
    public bool IsTransient => Code == HttpCode;

    internal const string OriginCode = "EPERM_ORIGIN";
    internal const string HttpCode = "EHTTP";
    internal const string FetchCode = "EFETCH";
}
