using System.Management.Automation;

namespace DcpWorker.Cmdlets;

/// <summary>
/// A cmdlet whose work is asynchronous. PowerShell lets only the pipeline's thread write, so the work runs beside it
/// and posts what it has to say through a <see cref="CmdletOutput"/>, which this thread empties until the work ends.
/// Ctrl-C cancels the work and frees the pipeline within <see cref="StopGrace"/>.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    /// <summary>
    /// How long work that was cancelled may take to clean up before the prompt comes back without it. It goes on
    /// cleaning up behind; nothing that it says then is shown.
    /// </summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(800);

    private readonly CancellationTokenSource _stop = new();

    /// <summary>Frees what the cmdlet holds; PowerShell calls it at the end of the pipeline.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        // Not the source itself: work that outlives its grace still looks at the token.
        if (disposing)
        {
            _stop.Cancel();
        }
    }

    /// <summary>Called by PowerShell on another thread when the pipeline is to stop.</summary>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>
    /// The path of a file, which need not be there, from what was given relative to PowerShell's location. To be called on
    /// the pipeline's thread, which owns the location.
    /// </summary>
    protected string? FullPath(string? path) => path is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>
    /// Runs <paramref name="work"/> beside the pipeline's thread and writes what it posts until it ends. An exception
    /// of the work becomes the cmdlet's terminating error.
    /// </summary>
    protected void Run(Func<CmdletOutput, CancellationToken, Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        CmdletOutput output = new(_stop.Token);
        Task task = Task.Run(() => WorkAsync(work, output), CancellationToken.None);
        try
        {
            while (output.TryTake(out Action<Cmdlet>? write))
            {
                write(this);
            }
        }
        catch
        {
            // The pipeline ended under us: a later cmdlet has enough (Select-Object -First), or Ctrl-C came first.
            _stop.Cancel();
            WaitForEnd(task);
            throw;
        }

        WaitForEnd(task);
        if (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }

        if (output.Failure is { } failure)
        {
            ThrowTerminatingError(ErrorRecords.From(failure));
        }
    }

    private static async Task WorkAsync(Func<CmdletOutput, CancellationToken, Task> work, CmdletOutput output)
    {
        try
        {
            await work(output, output.Stopping).ConfigureAwait(false);
            output.Complete(failure: null);
        }
        catch (OperationCanceledException) when (output.Stopping.IsCancellationRequested)
        {
            output.Complete(failure: null);
        }
        catch (Exception e)
        {
            output.Complete(e);
        }
    }

    private static void WaitForEnd(Task task) => ((IAsyncResult)task).AsyncWaitHandle.WaitOne(StopGrace);
}
