using System.Management.Automation;
using System.Management.Automation.Runspaces;
using DcpWorker.Cmdlets.Jobs;

namespace DcpWorker.Cmdlets.Runs;

/// <summary>A cmdlet that runs something until it is stopped: in the pipeline, or as a job with -AsJob.</summary>
public abstract class RunCmdlet : AsyncCmdlet
{
    /// <summary>
    /// How long what is under way may go on after Ctrl-C: PowerShell says once that a pipeline is to stop, and its prompt is to be back
    /// within a second.
    /// </summary>
    private static readonly TimeSpan SoftStop = TimeSpan.FromSeconds(0.4);

    /// <summary>How long a job that offers something may take until it does, before it is written all the same.</summary>
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(30);

    /// <summary>Run it as a job of this session, and write that instead: see Get-Job, Receive-Job, Stop-Job, Remove-Job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Name of the job; PowerShell makes one unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? JobName { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (JobName is not null && !AsJob)
        {
            ThrowTerminatingError(ErrorRecords.From(new CmdletException(
                "JobNameWithoutJob", ErrorCategory.InvalidArgument, "-JobName is the name of the job that -AsJob makes: give both or neither.", JobName)));
        }
    }

    /// <summary>Runs it in the pipeline, or makes a job of it.</summary>
    /// <param name="run">What to run.</param>
    /// <param name="shape">How it looks as a job.</param>
    private protected void Start(IRun run, JobShape shape)
    {
        if (!AsJob)
        {
            Run(run);
            return;
        }

        RunJob job = new(MyInvocation.Line.Trim(), shape with { Name = JobName });
        RunJobSourceAdapter.Add(job, this);
        job.Start(run, Runspace.DefaultRunspace);
        if (shape.IsOffer)
        {
            WaitUntilReady(job);
        }

        WriteObject(job);
    }

    private void Run(IRun run) => Run(async (output, cancellationToken) =>
    {
        using CancellationTokenSource now = new();
        using CancellationTokenRegistration soon = cancellationToken.Register(() => now.CancelAfter(SoftStop));
        await run.RunAsync(output, cancellationToken, now.Token).ConfigureAwait(false);
    });

    // Whoever starts something for others to connect to goes on with connecting.
    private void WaitUntilReady(RunJob job)
    {
        try
        {
            Run((_, cancellationToken) => Task.WhenAny(job.Ready, Task.Delay(ReadyPatience, cancellationToken)));
        }
        catch (PipelineStoppedException)
        {
            job.StopNow();
            throw;
        }
    }
}
