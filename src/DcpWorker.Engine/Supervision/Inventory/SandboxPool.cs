using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Supervision.Events;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Supervision.Inventory;

/// <summary>
/// The live sandboxes: which are free, which belong to a job, and the making of new ones. While none can be made it tries
/// again at growing intervals; nobody else needs to. Safe for threads.
/// </summary>
internal sealed partial class SandboxPool : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Func<CancellationToken, Task<Sandbox>> _start;
    private readonly int _max;
    private readonly SupervisorTuning _tuning;
    private readonly TimeProvider _time;
    private readonly WorkerEventHub _events;
    private readonly ILogger _log;
    private readonly HashSet<Sandbox> _live = [];
    private readonly LinkedList<Sandbox> _idle = [];
    private readonly HashSet<Task> _ending = [];
    private readonly CancellationTokenSource _lifetime = new();
    private readonly TaskCompletionSource<SandboxDescription> _described = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _starting;
    private Task? _probe;
    private DateTimeOffset? _downSince;

    public SandboxPool(
        Func<CancellationToken, Task<Sandbox>> start, int max, SupervisorTuning tuning, TimeProvider time, WorkerEventHub events, ILogger log) =>
        (_start, _max, _tuning, _time, _events, _log) = (start, max, tuning, time, events, log);

    /// <summary>Told when a sandbox became free or can be made again. Set it before use.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>What sandboxes here can do, once the first one has said so.</summary>
    public Task<SandboxDescription> Described => _described.Task;

    /// <summary>Since when sandboxes cannot be made; null while they can.</summary>
    public DateTimeOffset? DownSince
    {
        get
        {
            lock (_gate)
            {
                return _downSince;
            }
        }
    }

    /// <summary>Sandboxes that are alive.</summary>
    public IReadOnlyList<Sandbox> Live
    {
        get
        {
            lock (_gate)
            {
                return [.. _live.OrderBy(s => s.Id)];
            }
        }
    }

    /// <summary>Whether a slice of a job could get a sandbox now.</summary>
    public bool CanServe(string jobId)
    {
        lock (_gate)
        {
            return _downSince is null || _idle.Any(s => s.JobId is null || s.JobId == jobId);
        }
    }

    /// <summary>Makes the first sandbox, or one to spare when no free one is there, in the background.</summary>
    public void Warm()
    {
        lock (_gate)
        {
            if (_probe is null && !_lifetime.IsCancellationRequested && _live.Count + _starting < _max && !_idle.Any(s => s.JobId is null))
            {
                _probe = ProbeAsync();
            }
        }
    }

    /// <summary>
    /// A sandbox for a slice of a job: one that has the job already, else a free one, else a new one. It must be given back by
    /// <see cref="Release"/> or <see cref="Discard"/>.
    /// </summary>
    /// <exception cref="SandboxException">None can be made; it is being tried again in the background.</exception>
    public async Task<Sandbox> TakeAsync(string jobId, CancellationToken ct)
    {
        Sandbox? evicted = null;
        lock (_gate)
        {
            if (TakeIdle(s => s.JobId == jobId) is { } own)
            {
                return own;
            }

            if (TakeIdle(s => s.JobId is null) is { } free)
            {
                return free;
            }

            if (_downSince is not null)
            {
                throw new SandboxException(SandboxException.Gone, "No sandbox can be started at the moment.");
            }

            evicted = _live.Count + _starting >= _max ? TakeIdle(_ => true) : null;
            _starting++;
        }

        if (evicted is not null)
        {
            Discard(evicted, "evicted");
        }

        try
        {
            // Its evaluator's place is wanted for the new one, and there may be no other.
            return await StartAsync(evicted?.Ended ?? Task.CompletedTask, ct).ConfigureAwait(false);
        }
        catch (SandboxException e)
        {
            Failed(e);
            throw;
        }
    }

    /// <summary>A sandbox has done its slice and may be used again.</summary>
    public void Release(Sandbox sandbox)
    {
        if (sandbox.Uses >= _tuning.MaxSandboxUses)
        {
            Discard(sandbox, "used up");
            return;
        }

        lock (_gate)
        {
            if (sandbox.State == SandboxState.Terminated || !_live.Contains(sandbox))
            {
                return;
            }

            // the one used last is warmest
            _idle.AddFirst(sandbox);
        }
    }

    /// <summary>Ends a sandbox.</summary>
    public void Discard(Sandbox sandbox, string reason)
    {
        lock (_gate)
        {
            _idle.Remove(sandbox);
            if (!_live.Remove(sandbox))
            {
                return;
            }

            Task ending = EndAsync(sandbox);
            if (!ending.IsCompleted)
            {
                _ending.Add(ending);
                ending.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }

        _events.Publish(new SandboxTerminated(_time.GetUtcNow(), sandbox.Id, reason));
    }

    /// <summary>Ends the sandboxes of a job that have nothing to do.</summary>
    public void RemoveJob(string jobId) => DiscardIdle(s => s.JobId == jobId, "job removed");

    /// <summary>Ends every sandbox that has nothing to do.</summary>
    public void Clear(string reason) => DiscardIdle(_ => true, reason);

    /// <summary>Ends everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync().ConfigureAwait(false);
        foreach (Sandbox sandbox in Live)
        {
            Discard(sandbox, "worker stopped");
        }

        Task[] ending;
        lock (_gate)
        {
            ending = [.. _ending, _probe ?? Task.CompletedTask];
        }

        await Task.WhenAll(ending).ConfigureAwait(false);
        _described.TrySetCanceled();
    }

    private void DiscardIdle(Func<Sandbox, bool> which, string reason)
    {
        Sandbox[] idle;
        lock (_gate)
        {
            idle = [.. _idle.Where(which)];
        }

        foreach (Sandbox sandbox in idle)
        {
            Discard(sandbox, reason);
        }
    }

    private Sandbox? TakeIdle(Func<Sandbox, bool> fits)
    {
        for (LinkedListNode<Sandbox>? node = _idle.First; node is not null; node = node.Next)
        {
            if (fits(node.Value))
            {
                _idle.Remove(node);
                return node.Value;
            }
        }

        return null;
    }

    private async Task<Sandbox> StartAsync(Task predecessor, CancellationToken ct)
    {
        Sandbox sandbox;
        try
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ct, _lifetime.Token);
            await predecessor.WaitAsync(either.Token).ConfigureAwait(false);
            sandbox = await _start(either.Token).ConfigureAwait(false);
        }
        catch
        {
            lock (_gate)
            {
                _starting--;
            }

            throw;
        }

        bool wasDown;
        lock (_gate)
        {
            _starting--;
            _live.Add(sandbox);
            wasDown = _downSince is not null;
            _downSince = null;
        }

        _described.TrySetResult(sandbox.Description);
        if (wasDown)
        {
            LogUp();
            _events.Publish(new EvaluatorUp(_time.GetUtcNow()));
        }

        _events.Publish(new SandboxReady(_time.GetUtcNow(), sandbox.Id));
        _ = sandbox.Ended.ContinueWith(
            _ => Discard(sandbox, SandboxException.Gone), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (_lifetime.IsCancellationRequested)
        {
            Discard(sandbox, "worker stopped");
            throw new OperationCanceledException(_lifetime.Token);
        }

        return sandbox;
    }

    private void Failed(SandboxException e)
    {
        bool first;
        lock (_gate)
        {
            first = _downSince is null;
            _downSince ??= _time.GetUtcNow();
            if (!_lifetime.IsCancellationRequested)
            {
                _probe ??= ProbeAsync();
            }
        }

        if (first)
        {
            LogDown(e.Message);
            _events.Publish(new EvaluatorDown(_time.GetUtcNow(), e.Message));
        }
    }

    /// <summary>Makes one sandbox, however often it has to be tried.</summary>
    private async Task ProbeAsync()
    {
        await Task.Yield();
        TimeSpan pause = DownSince is null ? TimeSpan.Zero : _tuning.MinEvaluatorBackoff;
        try
        {
            while (true)
            {
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, _time, _lifetime.Token).ConfigureAwait(false);
                }

                try
                {
                    lock (_gate)
                    {
                        if (_live.Count + _starting >= _max)
                        {
                            // others succeeded meanwhile
                            return;
                        }

                        _starting++;
                    }

                    Sandbox sandbox = await StartAsync(Task.CompletedTask, _lifetime.Token).ConfigureAwait(false);
                    lock (_gate)
                    {
                        _idle.AddLast(sandbox);
                    }

                    return;
                }
                catch (SandboxException e)
                {
                    Failed(e);
                    pause = pause == TimeSpan.Zero ? _tuning.MinEvaluatorBackoff : pause * 2;
                    pause = pause < _tuning.MaxEvaluatorBackoff ? pause : _tuning.MaxEvaluatorBackoff;
                }
            }
        }
        catch (OperationCanceledException) when (_lifetime.IsCancellationRequested)
        {
            // the worker stops
        }
        catch (Exception e)
        {
            LogFault(e);
        }
        finally
        {
            lock (_gate)
            {
                _probe = null;
            }

            Changed();
        }
    }

    private async Task EndAsync(Sandbox sandbox)
    {
        await Task.Yield();
        try
        {
            await sandbox.TerminateAsync(_tuning.SandboxGrace).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogFault(e);
        }
    }

    private void Forget(Task ended)
    {
        lock (_gate)
        {
            _ending.Remove(ended);
        }
    }

    [LoggerMessage(EventId = 4301, Level = LogLevel.Warning, Message = "Sandboxes cannot be started, trying again at growing intervals: {Reason}")]
    private partial void LogDown(string reason);

    [LoggerMessage(EventId = 4302, Level = LogLevel.Information, Message = "Sandboxes can be started again")]
    private partial void LogUp();

    [LoggerMessage(EventId = 4303, Level = LogLevel.Error, Message = "A fault in the handling of sandboxes")]
    private partial void LogFault(Exception fault);
}
