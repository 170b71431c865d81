using System.Net.Sockets;

namespace DcpWorker.Engine.InetDaemon.Linux;

/// <summary>
/// One evaluator with the three descriptors that tell of its life. After it was given to the <see cref="ChildWatcher"/>
/// only the watcher's thread touches it, save for <see cref="Kill"/>, <see cref="Suspend"/> and <see cref="Resume"/>.
/// </summary>
internal sealed class ChildProcess : IRunningEvaluator
{
    private readonly Lock _reaping = new();
    private readonly TaskCompletionSource<EvaluatorEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _reaped;
    private volatile bool _suspended;

    internal ChildProcess(int processId, int exitDescriptor, int errorPipe, Socket connection, ErrorLines errors)
    {
        ProcessId = processId;
        ExitDescriptor = exitDescriptor;
        ErrorPipe = errorPipe;
        Connection = connection;
        Errors = errors;
    }

    public int ProcessId { get; }

    public Task<EvaluatorEnd> Ended => _ended.Task;

    public bool IsSuspended => _suspended;

    /// <summary>Readable once the process has exited.</summary>
    internal int ExitDescriptor { get; }

    /// <summary>Read end of the evaluator's stderr, or -1 after its end.</summary>
    internal int ErrorPipe { get; private set; }

    internal Socket Connection { get; }

    internal ErrorLines Errors { get; }

    /// <summary>Set once the peer has hung up.</summary>
    internal HangUp? HangUp { get; set; }

    public void Kill()
    {
        // Under the lock the leader is not reaped, so the number cannot yet belong to somebody else.
        lock (_reaping)
        {
            if (!_reaped)
            {
                _ = LibC.Kill(-ProcessId, LibC.SigKill);
            }
        }
    }

    public bool Suspend()
    {
        lock (_reaping)
        {
            return !_reaped && (_suspended = LibC.Kill(-ProcessId, LibC.SigStop) == 0);
        }
    }

    public bool Resume()
    {
        lock (_reaping)
        {
            bool was = _suspended;
            _suspended = false;
            return was && !_reaped && LibC.Kill(-ProcessId, LibC.SigContinue) == 0;
        }
    }

    /// <summary>Takes what the evaluator has written to stderr; never blocks.</summary>
    internal unsafe void ReadErrors()
    {
        const int MostPerTurn = 16;
        byte* buffer = stackalloc byte[4096];
        for (int i = 0; i < MostPerTurn && ErrorPipe >= 0; i++)
        {
            nint count = LibC.Read(ErrorPipe, buffer, 4096);
            if (count > 0)
            {
                Errors.Add(new ReadOnlySpan<byte>(buffer, (int)count));
            }
            else if (count == 0)
            {
                CloseErrors();
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Ends what is left of the group, collects the exit status and closes the descriptors, the connection last.</summary>
    internal async Task ReapAsync()
    {
        Kill();
        EvaluatorExit exit = Collect();
        ReadErrors();
        CloseErrors();
        _ = LibC.Close(ExitDescriptor);
        await LingeringClose.RunAsync(Connection).ConfigureAwait(false);
        _ended.SetResult(new EvaluatorEnd(HangUp is null ? ConnectionCloseCause.EvaluatorExited : ConnectionCloseCause.PeerHungUp, exit));
    }

    private unsafe EvaluatorExit Collect()
    {
        lock (_reaping)
        {
            int status = 0;
            int found = LibC.WaitPid(ProcessId, &status, LibC.NoHang);
            _reaped = true;

            // Nobody is found when SIGCHLD is ignored: then the kernel collects by itself.
            int signal = status & 0x7f;
            return found != ProcessId ? default : signal == 0 ? new EvaluatorExit((status >> 8) & 0xff, null) : new EvaluatorExit(null, signal);
        }
    }

    private void CloseErrors()
    {
        if (ErrorPipe >= 0)
        {
            _ = LibC.Close(ErrorPipe);
            ErrorPipe = -1;
            Errors.Complete();
        }
    }
}
