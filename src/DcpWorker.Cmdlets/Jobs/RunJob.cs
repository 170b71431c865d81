using System.ComponentModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using DcpWorker.Cmdlets.Runs;

namespace DcpWorker.Cmdlets.Jobs;

/// <summary>
/// A run of this module as a job of the session: Completed when it ended by itself, Stopped when it was told to, Failed with the reason.
/// Its output is what the cmdlet writes to the pipeline without -AsJob. It ends with the session.
/// </summary>
public sealed class RunJob : Job2
{
    /// <summary>How long the end of a session waits for the end of the job, which gives back what it holds.</summary>
    private static readonly TimeSpan SessionPatience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _now = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RunJobOutput _output;
    private readonly TimeSpan _stopWithin;
    private readonly Lock _gate = new();
    private Task _end = Task.CompletedTask;

    internal RunJob(string command, JobShape shape)
        : base(command, shape.Name)
    {
        PSJobTypeName = shape.Kind;
        _stopWithin = shape.StopWithin;
        // Else whoever looks at them waits for the end of the job.
        Output.EnumeratorNeverBlocks = Error.EnumeratorNeverBlocks = Progress.EnumeratorNeverBlocks = true;
        Verbose.EnumeratorNeverBlocks = Debug.EnumeratorNeverBlocks = Warning.EnumeratorNeverBlocks = Information.EnumeratorNeverBlocks = true;
        _output = new RunJobOutput(this, shape.MostObjects);
    }

    /// <summary>Where others reach what it runs, once it is ready; null for what nobody connects to.</summary>
    public Uri? Uri { get; private set; }

    /// <inheritdoc/>
    public override bool HasMoreData =>
        Output.Count > 0 || Error.Count > 0 || Warning.Count > 0 || Information.Count > 0 || Verbose.Count > 0 || Debug.Count > 0 || Progress.Count > 0;

    /// <inheritdoc/>
    public override string Location => "localhost";

    /// <inheritdoc/>
    public override string StatusMessage => _output.Status;

    /// <summary>Ends when the run is ready, or over.</summary>
    internal Task Ready => _ready.Task;

    /// <summary>Finishes what is under way as far as there is time for it, ends the job, and waits for that. Asked for again, ends it at once.</summary>
    public override void StopJob()
    {
        RequestStop(now: false);
        _end.Wait();
    }

    /// <summary>As <see cref="StopJob()"/>; at once when forced.</summary>
    public override void StopJob(bool force, string reason)
    {
        RequestStop(force);
        _end.Wait();
    }

    /// <summary>As <see cref="StopJob()"/>, without waiting.</summary>
    public override void StopJobAsync() => StopJobAsync(force: false, "");

    /// <summary>As <see cref="StopJob(bool, string)"/>, without waiting.</summary>
    public override void StopJobAsync(bool force, string reason)
    {
        RequestStop(force);
        _end.ContinueWith(
            _ => OnStopJobCompleted(new AsyncCompletedEventArgs(error: null, cancelled: false, userState: null)),
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public override void StartJob() => throw NotSupported();

    /// <inheritdoc/>
    public override void StartJobAsync() => throw NotSupported();

    /// <inheritdoc/>
    public override void SuspendJob() => throw NotSupported();

    /// <inheritdoc/>
    public override void SuspendJob(bool force, string reason) => throw NotSupported();

    /// <inheritdoc/>
    public override void SuspendJobAsync() => throw NotSupported();

    /// <inheritdoc/>
    public override void SuspendJobAsync(bool force, string reason) => throw NotSupported();

    /// <inheritdoc/>
    public override void ResumeJob() => throw NotSupported();

    /// <inheritdoc/>
    public override void ResumeJobAsync() => throw NotSupported();

    /// <inheritdoc/>
    public override void UnblockJob() => throw NotSupported();

    /// <inheritdoc/>
    public override void UnblockJobAsync() => throw NotSupported();

    /// <summary>Starts the run, once.</summary>
    /// <param name="run">What to run.</param>
    /// <param name="session">The session that it ends with.</param>
    internal void Start(IRun run, Runspace? session)
    {
        SetState(this, JobState.Running, reason: null);
        _end = Task.Run(() => RunAsync(run, session));
    }

    internal void BecomeReady(Uri location)
    {
        Uri = location;
        _ready.TrySetResult();
    }

    /// <summary>Ends it at once, without waiting.</summary>
    internal void StopNow() => RequestStop(now: true);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Not the sources themselves: a run that takes its time to end still looks at the tokens.
            RequestStop(now: true);
        }

        base.Dispose(disposing);
    }

    // Every PowerShell since 3 has it for classes such as this one; only the reference assembly has left it out.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetJobState")]
    private static extern void SetState(Job2 job, JobState state, Exception? reason);

    private static PSNotSupportedException NotSupported() =>
        new("A job of this module is started by its own cmdlet with -AsJob. Suspend-DcpWorker and Resume-DcpWorker pause a worker.");

    private async Task RunAsync(IRun run, Runspace? session)
    {
        using SessionEnd sessionEnd = new(session, EndWithSession);
        try
        {
            await run.RunAsync(_output, _stop.Token, _now.Token).ConfigureAwait(false);
            Become(_stop.IsCancellationRequested ? JobState.Stopped : JobState.Completed, reason: null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Become(JobState.Stopped, reason: null);
        }
        catch (Exception e)
        {
            // What a pipeline fails with, so that the error's id is there for scripts.
            Become(JobState.Failed, new RuntimeException(e.Message, e, ErrorRecords.From(e)));
        }

        _ready.TrySetResult();
    }

    private void EndWithSession()
    {
        RequestStop(now: true);
        _end.Wait(SessionPatience);
    }

    private void RequestStop(bool now)
    {
        bool isFirst = !_stop.IsCancellationRequested;
        Become(JobState.Stopping, reason: null);
        // Beside the caller, who need not wait for what is done about it.
        _ = _stop.CancelAsync();
        if (now || !isFirst)
        {
            _ = _now.CancelAsync();
        }
        else
        {
            _now.CancelAfter(TimerLimit.Of(_stopWithin));
        }
    }

    // One state after the other: what is over does not stop any more.
    private void Become(JobState state, Exception? reason)
    {
        lock (_gate)
        {
            if (JobStateInfo.State == JobState.Running || (JobStateInfo.State == JobState.Stopping && state != JobState.Stopping))
            {
                SetState(this, state, reason);
            }
        }
    }
}
