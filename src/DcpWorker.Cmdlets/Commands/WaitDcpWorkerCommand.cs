using System.Management.Automation;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Waits until running workers have come to a state, to their end unless told otherwise, and writes them as they are then.</summary>
[Cmdlet(VerbsLifecycle.Wait, "DcpWorker")]
[OutputType(typeof(RunningWorker))]
public sealed class WaitDcpWorkerCommand : RunningWorkerCmdlet
{
    private readonly List<RunningWorker> _workers = [];

    /// <summary>A worker as Get- or Stop-DcpWorker wrote it. One that has ended since then is known all the same.</summary>
    [Parameter(ValueFromPipeline = true)]
    public RunningWorker? InputObject { get; set; }

    /// <summary>The state to wait for; Stopped unless given.</summary>
    [Parameter]
    public WorkerState State { get; set; } = WorkerState.Stopped;

    /// <summary>How long to wait for all of them together: seconds, or a time such as 00:05:00; for ever unless given.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IEnumerable<RunningWorker> named = InputObject is null ? FindWorkers() : [InputObject];
        _workers.AddRange(named.Where(w => !_workers.Exists(known => (known.ProcessId, known.Number) == (w.ProcessId, w.Number))));
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Run(async (output, cancellationToken) =>
    {
        using CancellationTokenSource limit = new(TimerLimit.Of(Timeout));
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await Task.WhenAll(_workers.Select(w => WaitAsync(w, output, either.Token, cancellationToken))).ConfigureAwait(false);
    });

    private async Task WaitAsync(RunningWorker worker, CmdletOutput output, CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            RunningWorker now = await RunningWorkers.WaitAsync(worker, State, limit).ConfigureAwait(false) ?? worker with { State = State };
            await output.WriteObjectAsync(now, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            output.WriteError(ErrorRecords.From(
                new ControlException(ControlException.TimedOut, $"The worker {Describe(worker)} was not {State} within {Timeout!.Value.TotalSeconds:0.###} s."), worker));
        }
        catch (ControlException e)
        {
            output.WriteError(ErrorRecords.From(e, worker));
        }
    }
}
