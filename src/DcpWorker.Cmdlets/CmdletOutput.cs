using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Threading.Channels;
using DcpWorker.Cmdlets.Runs;

namespace DcpWorker.Cmdlets;

/// <summary>
/// What asynchronous work says to the pipeline. Any thread may post, in the order in which it is to be written;
/// the pipeline's thread takes. Objects wait for room when the pipeline is slow; remarks never wait.
/// </summary>
public sealed class CmdletOutput : IRunOutput
{
    /// <summary>Objects that may wait to be written before the work has to wait for the pipeline.</summary>
    private const int MostWaiting = 1024;

    private readonly Channel<Action<Cmdlet>> _posts = Channel.CreateUnbounded<Action<Cmdlet>>(
        new UnboundedChannelOptions { SingleReader = true });

    // One entry for each object that waits; a writer waits while it is full.
    private readonly Channel<bool> _room = Channel.CreateBounded<bool>(MostWaiting);

    internal CmdletOutput(CancellationToken stopping) => Stopping = stopping;

    /// <summary>Cancelled when the cmdlet is to stop.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>The exception that ended the work, or null.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Writes an object to the pipeline; waits while the pipeline is far behind.</summary>
    public async ValueTask WriteObjectAsync(object? value, CancellationToken cancellationToken)
    {
        await _room.Writer.WriteAsync(true, cancellationToken).ConfigureAwait(false);
        Post(cmdlet =>
        {
            _room.Reader.TryRead(out _);
            cmdlet.WriteObject(value);
        });
    }

    async ValueTask IRunOutput.WriteObjectAsync(object? value)
    {
        try
        {
            await WriteObjectAsync(value, Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            WriteDebug("The pipeline stopped before it took this object.");
        }
    }

    void IRunOutput.SayReady(Uri location) => WriteVerbose($"Ready at {location}");

    /// <summary>Writes an error that does not end the cmdlet.</summary>
    public void WriteError(ErrorRecord error) => Post(cmdlet => cmdlet.WriteError(error));

    /// <summary>Shows progress.</summary>
    public void WriteProgress(ProgressRecord progress) => Post(cmdlet => cmdlet.WriteProgress(progress));

    /// <summary>Writes a remark for those who asked for <c>-Verbose</c>.</summary>
    public void WriteVerbose(string text) => Post(cmdlet => cmdlet.WriteVerbose(text));

    /// <summary>Writes a remark for those who asked for <c>-Debug</c>.</summary>
    public void WriteDebug(string text) => Post(cmdlet => cmdlet.WriteDebug(text));

    /// <summary>Writes a warning.</summary>
    public void WriteWarning(string text) => Post(cmdlet => cmdlet.WriteWarning(text));

    /// <summary>Writes something for those who asked for it with <c>-InformationAction</c>.</summary>
    public void WriteInformation(string text, string tag) => Post(cmdlet => cmdlet.WriteInformation(text, [tag]));

    internal void Complete(Exception? failure)
    {
        Failure = failure;
        _posts.Writer.TryComplete();
    }

    /// <summary>
    /// Takes the next post, waiting for one. False when the work ended and all of it was taken, or when the cmdlet is
    /// to stop: a pipeline that is stopping takes nothing more.
    /// </summary>
    internal bool TryTake([NotNullWhen(true)] out Action<Cmdlet>? write)
    {
        while (!_posts.Reader.TryRead(out write))
        {
            try
            {
                if (!_posts.Reader.WaitToReadAsync(Stopping).AsTask().GetAwaiter().GetResult())
                {
                    return false;
                }
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        return true;
    }

    // A post after the end comes from work that outlived its cmdlet; there is nobody left to tell.
    private void Post(Action<Cmdlet> write) => _posts.Writer.TryWrite(write);
}
