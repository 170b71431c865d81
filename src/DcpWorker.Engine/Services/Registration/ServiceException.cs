namespace DcpWorker.Engine.Services.Registration;

/// <summary>A service cannot be registered, taken away, started or stopped.</summary>
public sealed class ServiceException : DcpException
{
    /// <summary>There is no service manager that is known here, or it does not run.</summary>
    public const string NoManager = "ServiceManagerMissing";

    /// <summary>The manager, or the system, does not allow it to this user.</summary>
    public const string Refused = "ServiceAccessDenied";

    /// <summary>A service of that name is there, and is not as this program would have made it.</summary>
    public const string Exists = "ServiceExists";

    /// <summary>There is no such service.</summary>
    public const string NotFound = "ServiceNotInstalled";

    /// <summary>The service would not run as it is to be registered.</summary>
    public const string Unusable = "ServiceUnusable";

    /// <summary>The manager tried, and failed.</summary>
    public const string Failed = "ServiceCommandFailed";

    internal ServiceException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <inheritdoc/>
    public override string Code { get; }
}
