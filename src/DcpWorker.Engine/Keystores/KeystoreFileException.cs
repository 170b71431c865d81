namespace DcpWorker.Engine.Keystores;

/// <summary>A keystore file that is missing, in the way, or cannot be read, written or worked on.</summary>
public sealed class KeystoreFileException : DcpException
{
    /// <summary>Makes the error; <paramref name="code"/> is ENOENT, EEXIST, EACCES, EIO or ENOMEM.</summary>
    public KeystoreFileException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <inheritdoc/>
    public override string Code { get; }
}
