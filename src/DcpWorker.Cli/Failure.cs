using DcpWorker.Engine;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Cli;

/// <summary>Turns what went wrong into the line on stderr and the exit code.</summary>
internal static class Failure
{
    public static int ExitCodeOf(Exception e) => e switch
    {
        OperationCanceledException => ExitCode.Cancelled,
        ControlException { Code: ControlException.Refused } => ExitCode.Refused,
        ControlException { Code: ControlException.TimedOut or ControlException.Ended } => ExitCode.Unreachable,
        UsageException or SchedulerConfigurationException or WorkerDisabledException => ExitCode.Usage,
        SchedulerUnreachableException => ExitCode.Unreachable,
        ProtocolException { MayPass: true } => ExitCode.Unreachable,
        ProtocolException => ExitCode.Refused,
        InetDaemonException { Code: "UserIsRoot" or "LockDownFailed" } => ExitCode.Refused,
        DeploymentException { Code: "ECANCELLED" } => ExitCode.Cancelled,
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
        Console.Error.WriteLine(code == ExitCode.Internal
            ? $"dcp-worker: internal fault, please report it: {e}"
            : $"dcp-worker: {OneLine(e)}");
        return code;
    }

    private static string OneLine(Exception e) => e is OperationCanceledException
        ? "cancelled"
        : Printable.Line(e.Message);
}
