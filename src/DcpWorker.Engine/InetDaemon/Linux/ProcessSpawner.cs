using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace DcpWorker.Engine.InetDaemon.Linux;

/// <summary>
/// Starts processes from one thread that lives as long as the daemon. The kernel sends a child its parent-death
/// signal when the <em>thread</em> that started it ends, so a pool thread would not do; and a nice value belongs to a
/// thread too, so this one's is inherited by every child from its first instruction.
/// </summary>
internal sealed unsafe class ProcessSpawner : IDisposable
{
    // Larger than either structure of any C library; they are opaque to us.
    private const int OpaqueSize = 1024;
    private const int ThisThread = 0;

    private readonly BlockingCollection<Action> _requests = [];
    private readonly Thread _thread;
    private readonly int _nice;

    internal ProcessSpawner(int nice)
    {
        _nice = nice;
        _thread = new Thread(Run) { IsBackground = true, Name = "dcp-spawner" };
        _thread.Start();
    }

    /// <summary>
    /// Starts a program in a process group of its own, in the root folder, with no signal blocked or ignored.
    /// Descriptors 0 and 1 are <paramref name="connection"/>, 2 is <paramref name="errors"/>; there are no others.
    /// </summary>
    internal Task<int> StartAsync(IReadOnlyList<string> command, IReadOnlyList<string> environment, int connection, int errors)
    {
        Request request = new(command, environment, connection, errors);
        return OnThreadAsync(() => Spawn(request));
    }

    /// <summary>Completes when the thread has come round since the call.</summary>
    internal Task CheckProgressAsync() => _requests.IsAddingCompleted ? Task.CompletedTask : OnThreadAsync(() => 0);

    public void Dispose()
    {
        _requests.CompleteAdding();
        _thread.Join();
        _requests.Dispose();
    }

    private void Run()
    {
        if (_nice != 0)
        {
            // Only ever refused when it would be a promotion: a daemon already nicer than asked stays so.
            _ = LibC.SetPriority(0, ThisThread, _nice);
        }

        foreach (Action request in _requests.GetConsumingEnumerable())
        {
            request();
        }
    }

    private Task<int> OnThreadAsync(Func<int> run)
    {
        TaskCompletionSource<int> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add(() =>
        {
            try
            {
                done.SetResult(run());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    private static int Spawn(Request request)
    {
        byte* actions = stackalloc byte[OpaqueSize];
        byte* attributes = stackalloc byte[OpaqueSize];
        byte* signals = stackalloc byte[OpaqueSize];
        byte* root = stackalloc byte[] { (byte)'/', 0 };
        using NativeStrings arguments = new(request.Command);
        using NativeStrings environment = new(request.Environment);
        int processId;
        Check(LibC.FileActionsInit(actions), request);
        Check(LibC.AttributesInit(attributes), request);
        try
        {
            Check(LibC.FileActionsAddDup2(actions, request.Connection, 0), request);
            Check(LibC.FileActionsAddDup2(actions, request.Connection, 1), request);
            Check(LibC.FileActionsAddDup2(actions, request.Errors, 2), request);
            Check(LibC.FileActionsAddChangeDirectory(actions, root), request);
            AddCloseOthers(actions, request);

            // The runtime ignores SIGPIPE, and exec would hand that on.
            _ = LibC.SignalsAll(signals);
            Check(LibC.AttributesSetSignalDefault(attributes, signals), request);
            _ = LibC.SignalsNone(signals);
            Check(LibC.AttributesSetSignalMask(attributes, signals), request);
            Check(LibC.AttributesSetProcessGroup(attributes, 0), request);
            Check(LibC.AttributesSetFlags(attributes, LibC.SpawnSetProcessGroup | LibC.SpawnSetSignalDefault | LibC.SpawnSetSignalMask), request);
            Check(LibC.Spawn(&processId, arguments.Vector[0], actions, attributes, arguments.Vector, environment.Vector), request);
            return processId;
        }
        finally
        {
            _ = LibC.AttributesDestroy(attributes);
            _ = LibC.FileActionsDestroy(actions);
        }
    }

    // .NET opens everything close-on-exec, but a parent of ours, or a library, may not have.
    private static void AddCloseOthers(byte* actions, Request request)
    {
        try
        {
            Check(LibC.FileActionsAddCloseFrom(actions, 3), request);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library before glibc 2.34; dcp-evaluator closes them itself.
        }
    }

    private static void Check(int error, Request request)
    {
        if (error != 0)
        {
            throw new InetDaemonException("EvaluatorStartFailed", $"'{request.Command[0]}' cannot be started: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    private sealed record Request(IReadOnlyList<string> Command, IReadOnlyList<string> Environment, int Connection, int Errors);
}
