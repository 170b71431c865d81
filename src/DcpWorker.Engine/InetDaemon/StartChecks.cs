using System.Net;

namespace DcpWorker.Engine.InetDaemon;

/// <summary>What must hold before evaluators are offered to anybody.</summary>
internal static class StartChecks
{
    internal static void Check(InetDaemonOptions options)
    {
        CheckRanges(options);
        CheckListen(options);
        CheckProgram(options.Evaluator);
        CheckUser(options);
    }

    private static void CheckRanges(InetDaemonOptions options)
    {
        if (options.MaxConnections < 1 || options.Nice is < 0 or > 19 || options.HangUpGrace < TimeSpan.Zero || options.MaxErrorLine < 1)
        {
            throw new InetDaemonException("BadOptions", "The inet-daemon's limits make no sense: at least one connection, a nice value of 0 to 19, a grace of 0 or more and error lines of 1 or more are needed.");
        }
    }

    private static void CheckListen(InetDaemonOptions options)
    {
        IEnumerable<IPEndPoint> listens = options.Inherited.Count > 0 ? options.Inherited.Select(s => (IPEndPoint)s.LocalEndPoint!) : [options.Listen];
        if (options.AllowFrom.Count == 0 && listens.FirstOrDefault(l => !IPAddress.IsLoopback(l.Address)) is { } open)
        {
            throw new InetDaemonException("NotLoopback", $"Listening on {open} would let other machines run code here. Listen on 127.0.0.1, or name the networks that may connect (inetDaemon.allowFrom).");
        }

        if (options.LocalUsers is not null && !OperatingSystem.IsLinux())
        {
            throw new InetDaemonException("LocalUsersUnknown", "Only Linux can tell which user of this machine connects. Leave the list of users out (inetDaemon.localUsers).");
        }
    }

    private static void CheckProgram(EvaluatorCommand evaluator)
    {
        const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        bool runs = Path.IsPathFullyQualified(evaluator.Program) && File.Exists(evaluator.Program)
            && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(evaluator.Program) & AnyExecute) != 0);
        if (!runs)
        {
            throw new InetDaemonException("EvaluatorNotFound", $"The evaluator '{evaluator.Program}' is no program that can be run. Give the absolute path of dcp-evaluator.");
        }
    }

    private static void CheckUser(InetDaemonOptions options)
    {
        bool root = RootUser.IsCurrent;
        if (root && options.RunAs is null && !options.AllowRoot)
        {
            throw new InetDaemonException("RunningAsRoot", "The inet-daemon would run evaluators as root. Start it as an unprivileged user, name a user for evaluators, or allow root if this is a container made for it.");
        }

        if (!root && options.RunAs is not null)
        {
            throw new InetDaemonException("CannotChangeUser", "Only root can run evaluators as another user. Leave that user out, or start the inet-daemon as root.");
        }
    }
}
