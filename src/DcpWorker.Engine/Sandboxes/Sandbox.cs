using System.Net;
using System.Net.Sockets;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>
/// The worker's end of one evaluator: describes it, assigns it to one job and has it compute that job's slices, one
/// after the other. Whatever goes wrong, be it time-out, cancellation or a line it should not have sent, ends this
/// sandbox and only this one.
/// </summary>
public sealed partial class Sandbox : IAsyncDisposable
{
    private static int _lastId;

    private readonly SandboxOptions _options;
    private readonly SuspendableTime _time;
    private readonly ILogger _log;
    private readonly SandboxConnection _connection;
    private readonly Answers _answers = new();
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _gone = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SandboxState _state = SandboxState.Unready;
    private SandboxException? _failure;
    private SandboxServices? _services;
    private SliceRun? _slice;
    private Assignment? _assignment;

    private Sandbox(Stream stream, SandboxOptions options, TimeProvider time, ILogger log)
    {
        (_options, _time, _log) = (options, new SuspendableTime(time), log);
        if (stream is NetworkStream { Socket: { LocalEndPoint: IPEndPoint from, RemoteEndPoint: IPEndPoint to } })
        {
            Peer = PeerConnection.Of(from, to);
        }

        _connection = new SandboxConnection(stream, options.MaxLine, log);
        Id = Interlocked.Increment(ref _lastId);
    }

    /// <summary>Number of the sandbox in this process, from 1.</summary>
    public int Id { get; }

    /// <summary>Where it is in its life.</summary>
    public SandboxState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>What the sandbox said of itself.</summary>
    public SandboxDescription Description { get; private set; } = new(SandboxCapabilities.None, []);

    /// <summary>The job it is assigned to, or null.</summary>
    public string? JobId { get; private set; }

    /// <summary>How many slices were started in it.</summary>
    public int Uses { get; private set; }

    /// <summary>The connection to the evaluator; null when it is none over TCP.</summary>
    internal PeerConnection? Peer { get; }

    /// <summary>The clock of everything that is timed here: it stands while the evaluator is suspended.</summary>
    internal TimeProvider Clock => _time;

    /// <summary>Completes when the evaluator is gone or was given up; never faults.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Why it is terminated; null while it is not, or when that was asked for.</summary>
    public SandboxException? Failure
    {
        get
        {
            lock (_lock)
            {
                return _failure;
            }
        }
    }

    /// <summary>Connects to an evaluator, waits until its set-up files have run and asks what it is.</summary>
    /// <exception cref="SandboxException">There is no evaluator, it refuses, or it is not a usable sandbox.</exception>
    public static async Task<Sandbox> StartAsync(EvaluatorLocation evaluator, SandboxOptions options, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        Stream stream;
        using (CancellationTokenSource limit = new(options.CreationTimeout, time))
        using (CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation))
        {
            try
            {
                stream = await evaluator.ConnectAsync(both.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new SandboxException(SandboxException.TimedOut, $"No connection to {evaluator} within {options.CreationTimeout}.");
            }
        }

        return await StartAsync(stream, options, time, log, cancellation).ConfigureAwait(false);
    }

    /// <summary>As above, over a connection that is already there; the sandbox owns it.</summary>
    internal static async Task<Sandbox> StartAsync(Stream stream, SandboxOptions options, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        Sandbox sandbox = new(stream, options, time, log);
        Task<JsValue> loaded = sandbox._answers.Expect("__sandboxLoaded");
        _ = Task.Run(sandbox.ReadAsync, CancellationToken.None);
        await sandbox.WaitAsync(loaded, options.CreationTimeout, "the set-up files", cancellation).ConfigureAwait(false);
        sandbox.Become(SandboxState.Readying, SandboxState.Unready);
        JsValue answer = await sandbox.AskAsync(new JsObject { ["request"] = "describe" }, "describe", 3 * options.GeneralTimeout, cancellation).ConfigureAwait(false);
        sandbox.Description = SandboxDescription.Parse(answer, sandbox._connection.KvinVersion);
        sandbox.Become(SandboxState.Ready, SandboxState.Readying);
        return sandbox;
    }

    /// <summary>Sets the sandbox aside for a slice that is about to start.</summary>
    /// <exception cref="InvalidOperationException">It is not <see cref="SandboxState.Assigned"/>.</exception>
    public void Reserve() => Become(SandboxState.Reserved, SandboxState.Assigned);

    /// <summary>Gives back a sandbox that was reserved but not used.</summary>
    /// <exception cref="InvalidOperationException">It is not <see cref="SandboxState.Reserved"/>.</exception>
    public void Release() => Become(SandboxState.Assigned, SandboxState.Reserved);

    /// <summary>
    /// Computes one slice. <paramref name="onMessage"/> gets what the work function says, in order; the sandbox is not read
    /// while it runs, so it should be quick. Cancellation ends the sandbox, for nothing else stops a work function.
    /// </summary>
    /// <exception cref="SandboxException">The slice failed and the sandbox is terminated.</exception>
    /// <exception cref="InvalidOperationException">It is neither <see cref="SandboxState.Assigned"/> nor <see cref="SandboxState.Reserved"/>.</exception>
    public async Task<SliceOutcome> WorkAsync(JsValue datum, Func<SandboxMessage, ValueTask> onMessage, CancellationToken cancellation)
    {
        Become(SandboxState.Working, SandboxState.Assigned, SandboxState.Reserved);
        Uses++;
        try
        {
            await AskAsync(new JsObject { ["request"] = "resetState" }, "resetStateDone", 2 * _options.GeneralTimeout, cancellation).ConfigureAwait(false);
            using SliceRun slice = new(_options, _time, onMessage);
            Begin(slice);
            using (cancellation.Register(() => slice.Fail(new OperationCanceledException(cancellation))))
            {
                Task sending = _connection.SendAsync(_gone.Token, new JsObject { ["request"] = "main", ["data"] = datum });
                _ = sending.ContinueWith(t => slice.Fail(t.Exception!.InnerException!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                SliceOutcome outcome = await slice.Outcome.ConfigureAwait(false);
                if (outcome is SliceRejected)
                {
                    Terminate(null);
                }
                else
                {
                    Finish();
                }

                return outcome;
            }
        }
        catch (Exception error)
        {
            SandboxException failure = AsFailure(error);
            Terminate(failure);
            if (error is SandboxException || (error is OperationCanceledException && cancellation.IsCancellationRequested))
            {
                throw;
            }

            throw failure;
        }
    }

    /// <summary>Stops every time-out; for an evaluator that is about to be stopped.</summary>
    internal void SuspendClock() => _time.Suspend();

    /// <summary>Lets the time-outs go on from where they were.</summary>
    internal void ResumeClock() => _time.Resume();

    /// <summary>Asks the evaluator to end and closes the connection when it did, at the latest after <paramref name="grace"/>.</summary>
    public async Task TerminateAsync(TimeSpan grace)
    {
        bool alive;
        lock (_lock)
        {
            alive = _state != SandboxState.Terminated;
            _state = SandboxState.Terminated;
        }

        // one that is suspended hears nothing
        if (alive && grace > TimeSpan.Zero && !_time.IsSuspended)
        {
            using CancellationTokenSource limit = new(grace, _time);
            try
            {
                await _connection.SendDieAsync(limit.Token).ConfigureAwait(false);
                await Ended.WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                LogUnwilling(_log, Id, error.Message);
            }
        }

        Terminate(null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Terminate(null);
        await Ended.ConfigureAwait(false);
    }
}
