using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using DcpWorker.Engine.Limits;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.InetDaemon.Linux;

/// <summary>
/// Runs evaluators as inetd does: the accepted socket itself becomes their standard input and output. Each leads a
/// process group, and the kernel kills it when the daemon dies, however it dies.
/// </summary>
internal sealed partial class LinuxEvaluatorHost : IEvaluatorHost
{
    private static readonly string[] PassedOn = ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ"];

    private readonly InetDaemonOptions _options;
    private readonly ProcessSpawner _spawner;
    private readonly ChildWatcher _watcher;
    private readonly EvaluatorCgroups? _groups;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<ChildProcess, Task> _running = new();
    private readonly IReadOnlyList<string> _command;
    private readonly IReadOnlyList<string> _environment;

    internal LinuxEvaluatorHost(InetDaemonOptions options, ILogger log)
    {
        _options = options;
        _command = Command(options);
        _environment = ChildEnvironment(options.Evaluator);
        _log = log;
        _groups = options.Limits is { } limits ? EvaluatorCgroups.TryOpen(new CgroupFolders(), limits, Environment.ProcessId, log) : null;
        _watcher = new ChildWatcher(options.HangUpGrace, log);
        _spawner = new ProcessSpawner(options.Nice);
    }

    public async Task<IRunningEvaluator> StartAsync(Socket connection, Action<string> onErrorLine, CancellationToken cancellation)
    {
        int errorsIn = -1;
        int errorsOut = -1;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            AcceptedConnection.Prepare(connection);
            MakeBlocking(connection);
            (errorsIn, errorsOut) = OpenPipe();

            // Not cancellable: a process that was started must be watched.
            int processId = await _spawner.StartAsync(_command, _environment, (int)connection.Handle, errorsOut).ConfigureAwait(false);
            string? group = _groups?.Confine(processId);
            int exit = LibC.PidFdOpen(processId);
            if (exit < 0)
            {
                string reason = LibC.LastError();
                AbandonUnwatched(processId);
                throw new InetDaemonException("WatcherFailed", $"Evaluator {processId} cannot be watched and was killed: {reason}. Linux 5.3 or newer is needed.");
            }

            ChildProcess child = new(processId, exit, errorsIn, connection, new ErrorLines(_options.MaxErrorLine, onErrorLine));
            errorsIn = -1;
            TaskCompletionSource registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _running[child] = ForgetAsync(child, group, registered.Task);
            registered.SetResult();
            _watcher.Add(child);
            return child;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
        finally
        {
            Close(errorsIn);
            Close(errorsOut);
        }
    }

    public Task CheckProgressAsync() => Task.WhenAll(_watcher.CheckProgressAsync(), _spawner.CheckProgressAsync());

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess child in _running.Keys)
        {
            child.Kill();
        }

        await Task.WhenAll(_running.Values).ConfigureAwait(false);
        _watcher.Dispose();

        // Last: the end of its thread is what children take for the death of the daemon.
        _spawner.Dispose();
    }

    private async Task ForgetAsync(ChildProcess child, string? group, Task registered)
    {
        await registered.ConfigureAwait(false);
        await child.Ended.ConfigureAwait(false);
        if (group is not null && _groups!.Release(group))
        {
            LogOutOfMemory(_log, child.ProcessId, _options.Limits!.MemoryBytes >> 20);
        }

        _running.TryRemove(child, out _);
    }

    private static IReadOnlyList<string> Command(InetDaemonOptions options)
    {
        const string SetPriv = "/usr/bin/setpriv";
        EvaluatorCommand evaluator = options.Evaluator;
        List<string> command = [];
        if (options.RunAs is { } user)
        {
            command.AddRange([SetPriv, "--reuid", Number(user.Uid), "--regid", Number(user.Gid), "--clear-groups"]);
        }

        if (!evaluator.DiesWithParent)
        {
            command.AddRange([.. command.Count == 0 ? [SetPriv] : Array.Empty<string>(), "--pdeathsig", "KILL"]);
        }

        if (command.Count > 0)
        {
            command.Add("--");
        }

        command.Add(evaluator.Program);
        if (evaluator.DiesWithParent)
        {
            command.AddRange(["--parent-pid", Number((uint)Environment.ProcessId)]);
            if (options is { AllowRoot: true, RunAs: null } && LibC.EffectiveUserId() == 0)
            {
                command.Add("--allow-root");
            }
        }

        return [.. command, .. evaluator.Arguments];
    }

    // Evaluators run code of strangers: nothing of the daemon's environment that they need not have.
    private static List<string> ChildEnvironment(EvaluatorCommand evaluator)
    {
        Dictionary<string, string> variables = [];
        foreach (string name in PassedOn)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                variables[name] = value;
            }
        }

        foreach ((string name, string value) in evaluator.Environment)
        {
            variables[name] = value;
        }

        return [.. variables.Select(v => $"{v.Key}={v.Value}")];
    }

    // Blocking mode belongs to the open socket, which the evaluator shares: what is set here is what it finds.
    private static void MakeBlocking(Socket connection)
    {
        int descriptor = (int)connection.Handle;
        int flags = LibC.Fcntl(descriptor, LibC.GetFlags, 0);
        if (flags < 0 || LibC.Fcntl(descriptor, LibC.SetFlags, flags & ~LibC.NonBlock) < 0)
        {
            throw new InetDaemonException("EvaluatorStartFailed", $"The connection cannot be given to an evaluator: {LibC.LastError()}.");
        }
    }

    private static unsafe (int Read, int Write) OpenPipe()
    {
        int* ends = stackalloc int[2];
        if (LibC.Pipe2(ends, LibC.CloseOnExec) != 0 || LibC.Fcntl(ends[0], LibC.SetFlags, LibC.NonBlock) < 0)
        {
            throw new InetDaemonException("EvaluatorStartFailed", $"No pipe for an evaluator's errors: {LibC.LastError()}.");
        }

        return (ends[0], ends[1]);
    }

    private static unsafe void AbandonUnwatched(int processId)
    {
        int status;
        _ = LibC.Kill(-processId, LibC.SigKill);
        _ = LibC.WaitPid(processId, &status, 0);
    }

    private static void Close(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = LibC.Close(descriptor);
        }
    }

    [LoggerMessage(EventId = 344, Level = LogLevel.Warning, Message = "Evaluator {ProcessId} was ended by the kernel, since it wanted more than its {Mebibytes} MiB of memory")]
    private static partial void LogOutOfMemory(ILogger log, int processId, long mebibytes);

    private static string Number(uint value) => value.ToString(CultureInfo.InvariantCulture);
}
