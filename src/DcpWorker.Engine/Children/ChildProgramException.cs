namespace DcpWorker.Engine.Children;

/// <summary>A program that was started here did not do its part.</summary>
public sealed class ChildProgramException : DcpException
{
    /// <summary>The code when it ended although it was to go on.</summary>
    public const string Ended = "ProgramEnded";

    /// <summary>The code when it did not become ready in time.</summary>
    public const string NotReady = "ProgramNotReady";

    /// <summary>The code when its user could not be changed.</summary>
    public const string NotHandedOver = "ProgramFolderNotHandedOver";

    /// <summary>Makes the error.</summary>
    /// <param name="code">One of the codes of this class.</param>
    /// <param name="message">What went wrong.</param>
    public ChildProgramException(string code, string message)
        : base(message) => Code = code;

    /// <inheritdoc/>
    public override string Code { get; }
}
