using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.InetDaemon.Linux;

/// <summary>
/// One thread that sleeps in poll(2) until a child exits, a peer hangs up or an evaluator complains. No data of a
/// connection passes here: the evaluator has the socket itself, so back-pressure is the kernel's.
/// </summary>
internal sealed unsafe partial class ChildWatcher : IDisposable
{
    // How often evaluators whose peer has hung up are looked at.
    private const int HangUpTick = 100;
    private const int EntriesPerChild = 3;

    private readonly ConcurrentQueue<ChildProcess> _arrivals = new();
    private readonly ConcurrentQueue<TaskCompletionSource> _asked = new();
    private readonly List<ChildProcess> _children = [];
    private readonly TimeSpan _hangUpGrace;
    private readonly ILogger _log;
    private readonly int _wake;
    private readonly Thread _thread;
    private volatile bool _stopping;

    internal ChildWatcher(TimeSpan hangUpGrace, ILogger log)
    {
        _hangUpGrace = hangUpGrace;
        _log = log;
        _wake = LibC.EventFd(0, LibC.CloseOnExec | LibC.NonBlock);
        if (_wake < 0)
        {
            throw new InetDaemonException("WatcherFailed", $"The daemon cannot watch its evaluators: {LibC.LastError()}.");
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "dcp-child-watcher" };
        _thread.Start();
    }

    /// <summary>Watches a child until it is gone.</summary>
    internal void Add(ChildProcess child)
    {
        _arrivals.Enqueue(child);
        Wake();
    }

    /// <summary>Completes when the thread has come round since the call.</summary>
    internal Task CheckProgressAsync()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Enqueue(asked);
        if (_stopping)
        {
            // there may be nobody left to answer
            asked.TrySetResult();
        }
        else
        {
            Wake();
        }

        return asked.Task;
    }

    /// <summary>Ends the thread; to be called when no child is left.</summary>
    public void Dispose()
    {
        _stopping = true;
        Wake();
        _thread.Join();
        _ = LibC.Close(_wake);
    }

    private void Wake()
    {
        ulong one = 1;
        _ = LibC.Write(_wake, (byte*)&one, sizeof(ulong));
    }

    private void Run()
    {
        LibC.PollEntry[] entries = [];
        while (!_stopping)
        {
            while (_arrivals.TryDequeue(out ChildProcess? arrival))
            {
                _children.Add(arrival);
            }

            while (_asked.TryDequeue(out TaskCompletionSource? asked))
            {
                asked.TrySetResult();
            }

            if (entries.Length < 1 + (_children.Count * EntriesPerChild))
            {
                entries = new LibC.PollEntry[1 + (2 * _children.Count * EntriesPerChild)];
            }

            Fill(entries);
            int count = 1 + (_children.Count * EntriesPerChild);
            fixed (LibC.PollEntry* first = entries)
            {
                if (LibC.Poll(first, (nuint)count, _children.Exists(c => c.HangUp is not null) ? HangUpTick : -1) < 0)
                {
                    if (Marshal.GetLastPInvokeError() != LibC.EIntr)
                    {
                        LogPollFailed(_log, LibC.LastError());
                        Thread.Sleep(HangUpTick);
                    }

                    continue;
                }
            }

            Drain(entries[0]);
            for (int i = _children.Count - 1; i >= 0; i--)
            {
                if (!Attend(_children[i], entries.AsSpan(1 + (i * EntriesPerChild), EntriesPerChild)))
                {
                    _children.RemoveAt(i);
                }
            }
        }
    }

    private void Fill(Span<LibC.PollEntry> entries)
    {
        entries[0] = new LibC.PollEntry { Descriptor = _wake, Events = LibC.PollIn };
        for (int i = 0; i < _children.Count; i++)
        {
            ChildProcess child = _children[i];
            Span<LibC.PollEntry> own = entries.Slice(1 + (i * EntriesPerChild), EntriesPerChild);
            own[0] = new LibC.PollEntry { Descriptor = child.ExitDescriptor, Events = LibC.PollIn };
            own[1] = new LibC.PollEntry { Descriptor = child.ErrorPipe, Events = LibC.PollIn };

            // A hang-up stays readable for ever; from then on the tick looks after this child.
            own[2] = new LibC.PollEntry { Descriptor = child.HangUp is null ? (int)child.Connection.Handle : -1, Events = LibC.PollRdHup };
        }
    }

    private bool Attend(ChildProcess child, ReadOnlySpan<LibC.PollEntry> entries)
    {
        try
        {
            if (entries[1].Returned != 0)
            {
                child.ReadErrors();
            }

            if (entries[0].Returned != 0)
            {
                _ = child.ReapAsync();
                return false;
            }

            if (entries[2].Returned != 0)
            {
                child.HangUp = new HangUp(child.Connection, _hangUpGrace);
            }

            // one that is suspended will never notice
            if (child.HangUp is { } hangUp && (child.IsSuspended || hangUp.IsOver()))
            {
                child.Kill();
            }

            return true;
        }
        catch (Exception error)
        {
            // One connection's fault must not end the watch over the others.
            LogAttendFailed(_log, error, child.ProcessId);
            child.Kill();
            return true;
        }
    }

    private static void Drain(LibC.PollEntry wake)
    {
        if (wake.Returned != 0)
        {
            ulong ignored;
            _ = LibC.Read(wake.Descriptor, (byte*)&ignored, sizeof(ulong));
        }
    }

    [LoggerMessage(EventId = 310, Level = LogLevel.Error, Message = "Watching evaluators failed, trying again: {Reason}")]
    private static partial void LogPollFailed(ILogger log, string reason);

    [LoggerMessage(EventId = 311, Level = LogLevel.Error, Message = "Evaluator {ProcessId} cannot be watched and is killed")]
    private static partial void LogAttendFailed(ILogger log, Exception error, int processId);
}
