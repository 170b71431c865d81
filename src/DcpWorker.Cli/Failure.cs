using DcpWorker.Cli.Output;
using DcpWorker.Engine;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Services.Registration;
using DcpWorker.Engine.Supervision;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cli;

/// <summary>Turns what went wrong into the line on stderr and the exit code.</summary>
internal static class Failure
{
    public static int ExitCodeOf(Exception e) => e switch
    {
        OperationCanceledException => ExitCode.Cancelled,
        ServiceException { Code: ServiceException.Refused } => ExitCode.Refused,
        ServiceException { Code: ServiceException.Failed } => ExitCode.Unreachable,
        ControlException { Code: ControlException.Refused } => ExitCode.Refused,
        ControlException { Code: ControlException.TimedOut or ControlException.Ended } => ExitCode.Unreachable,
        UsageException or SchedulerConfigurationException or WorkerDisabledException => ExitCode.Usage,
        SchedulerUnreachableException => ExitCode.Unreachable,
        ProtocolException { MayPass: true } => ExitCode.Unreachable,
        ProtocolException => ExitCode.Refused,
        InetDaemonException { Code: "UserIsRoot" or "RunningAsRoot" or "LockDownFailed" } => ExitCode.Refused,
        RunningAsRootException => ExitCode.Refused,
        DeploymentException { Code: "ECANCELLED" } => ExitCode.Cancelled,
        DeploymentException { Code: DeploymentException.NoResults } => ExitCode.Unreachable,
        DeploymentException or WrongPassphraseException or KeystoreExposedException or KeystoreFileException { Code: "EACCES" } => ExitCode.Refused,
        SandboxException { Code: SandboxException.Gone } => ExitCode.Unreachable,
        DcpException => ExitCode.Usage,
        UnauthorizedAccessException => ExitCode.Refused,
        IOException => ExitCode.Usage,
        _ => ExitCode.Internal,
    };

    /// <summary>Says on one line of stderr why the program ends, and gives its exit code.</summary>
    public static int Report(Exception e)
    {
        int code = ExitCodeOf(e);
        if (code == ExitCode.Internal)
        {
            return ReportInternal(e);
        }

        Stderr.Write(LogLevel.Error, $"dcp-worker: {Describe(e)}");
        return code;
    }

    /// <summary>Prints a warning, when there is one.</summary>
    public static void Warn(string? warning)
    {
        if (warning is not null)
        {
            Stderr.Write(LogLevel.Warning, $"dcp-worker: warning: {Printable.Line(warning)}");
        }
    }

    /// <summary>Says that the program has a fault, with all that helps to find it, and gives its exit code.</summary>
    public static int ReportInternal(Exception e)
    {
        Stderr.Write(LogLevel.Critical, $"dcp-worker: {Internal(e)}");
        return ExitCode.Internal;
    }

    /// <summary>What went wrong, on one line.</summary>
    public static string Describe(Exception e) => e is OperationCanceledException ? "cancelled"
        : ExitCodeOf(e) == ExitCode.Internal ? Internal(e)
        : LogText.OneLine(Printable.Line(e.Message));

    private static string Internal(Exception e) => LogText.OneLine($"internal fault, please report it: {e}");
}
