using System.Threading.Channels;

namespace DcpWorker.Engine.Services.Notification;

/// <summary>The line that the service manager shows of a program: told at the first change, then at most once in a while, and only when it reads otherwise.</summary>
internal sealed class StatusLine(ServiceNotifier notifier, Func<string> text, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private string? _last;

    /// <summary>There may be something new to say.</summary>
    public void Changed() => _changed.Writer.TryWrite(true);

    /// <summary>The line of this moment, which is not said again.</summary>
    public string Current() => _last = text();

    /// <summary>Says what there is to say until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await _changed.Reader.ReadAsync(ct).ConfigureAwait(false);
                if (text() is var line && line != _last)
                {
                    _last = line;
                    notifier.Status(line);
                }

                await Task.Delay(Interval, time, ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // the program ends
        }
    }
}
