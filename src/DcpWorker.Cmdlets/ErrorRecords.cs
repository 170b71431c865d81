using System.ComponentModel;
using System.Management.Automation;
using System.Net.Sockets;
using System.Security;
using DcpWorker.Engine;
using DcpWorker.Engine.Children;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cmdlets;

/// <summary>Turns exceptions into error records with an id that scripts can rely on and a real category.</summary>
internal static class ErrorRecords
{
    /// <summary>The record of an exception; <paramref name="target"/> is what it was about.</summary>
    public static ErrorRecord From(Exception exception, object? target = null)
    {
        if (exception is CmdletException known)
        {
            return new ErrorRecord(known, known.Code, known.Category, target ?? known.Target);
        }

        (string id, ErrorCategory category) = exception switch
        {
            ConfigurationException => ("ConfigurationInvalid", ErrorCategory.InvalidData),
            KeystoreFormatException => ("KeystoreMalformed", ErrorCategory.InvalidData),
            WrongPassphraseException => ("WrongPassphrase", ErrorCategory.AuthenticationError),
            KeystoreFileException e => KeystoreFile(e.Code),
            KeyFormatException => ("PrivateKeyMalformed", ErrorCategory.InvalidArgument),
            ProtocolException { Code: "EADDRCHANGE" } => ("PeerIdentityChanged", ErrorCategory.SecurityError),
            ProtocolException { IsConnectionFailure: true } => ("ConnectionFailed", ErrorCategory.ConnectionError),
            ProtocolException => ("RequestRefused", ErrorCategory.ProtocolError),
            DcpException e => (e.Code, Category(e)),
            SocketException => ("ConnectionFailed", ErrorCategory.ConnectionError),
            UnauthorizedAccessException or SecurityException => ("AccessDenied", ErrorCategory.PermissionDenied),
            FileNotFoundException or DirectoryNotFoundException => ("FileNotFound", ErrorCategory.ObjectNotFound),
            IOException => ("InputOutputFailed", ErrorCategory.ReadError),
            TimeoutException => ("TimedOut", ErrorCategory.OperationTimeout),
            Win32Exception => ("ProgramNotStarted", ErrorCategory.ResourceUnavailable),
            ArgumentException => ("ArgumentInvalid", ErrorCategory.InvalidArgument),
            _ => ("InternalFault", ErrorCategory.InvalidResult),
        };
        return new ErrorRecord(exception, id, category, target);
    }

    private static (string Id, ErrorCategory Category) KeystoreFile(string code) => code switch
    {
        "ENOENT" => ("KeystoreNotFound", ErrorCategory.ObjectNotFound),
        "EEXIST" => ("KeystoreExists", ErrorCategory.ResourceExists),
        "EACCES" => ("AccessDenied", ErrorCategory.PermissionDenied),
        "ENOMEM" => ("MemoryInsufficient", ErrorCategory.ResourceUnavailable),
        _ => ("InputOutputFailed", ErrorCategory.WriteError),
    };

    private static ErrorCategory Category(DcpException exception) => exception.Code switch
    {
        "EvaluatorNotFound" or "UnknownUser" => ErrorCategory.ObjectNotFound,
        "BadListenAddress" or "NetworkInvalid" or "PauseRuleInvalid" or "BadOptions" or ConfigurationValueException.Invalid or ConfigurationValueException.Masked => ErrorCategory.InvalidArgument,
        "BadSandboxManifest" => ErrorCategory.InvalidData,
        "CannotListen" or ControlException.Unavailable or ChildProgramException.Ended => ErrorCategory.ResourceUnavailable,
        "SchedulerUnreachable" => ErrorCategory.ConnectionError,
        "SchedulerConfigurationInvalid" => ErrorCategory.InvalidData,
        ChildProgramException.NotReady => ErrorCategory.OperationTimeout,
        ControlException.NotFound => ErrorCategory.ObjectNotFound,
        ControlException.Ambiguous => ErrorCategory.InvalidArgument,
        ControlException.Refused => ErrorCategory.PermissionDenied,
        ControlException.TimedOut => ErrorCategory.OperationTimeout,
        ControlException.Ended => ErrorCategory.ConnectionError,
        ControlException.Invalid => ErrorCategory.ProtocolError,
        ServiceException.NoManager => ErrorCategory.ResourceUnavailable,
        ServiceException.Refused => ErrorCategory.PermissionDenied,
        ServiceException.Exists => ErrorCategory.ResourceExists,
        ServiceException.NotFound => ErrorCategory.ObjectNotFound,
        ServiceException.Unusable => ErrorCategory.InvalidArgument,
        "NotLoopback" or "LockDownFailed" or "KeystoreExposed" or "RunningAsRoot" or "UserIsRoot" or "CannotChangeUser" => ErrorCategory.SecurityError,
        _ => exception.InnerException switch
        {
            SocketException => ErrorCategory.ConnectionError,
            UnauthorizedAccessException => ErrorCategory.PermissionDenied,
            FileNotFoundException or DirectoryNotFoundException => ErrorCategory.ObjectNotFound,
            TimeoutException => ErrorCategory.OperationTimeout,
            _ => ErrorCategory.InvalidOperation,
        },
    };
}
