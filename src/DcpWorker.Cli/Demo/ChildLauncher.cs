using System.Collections.Concurrent;
using System.Diagnostics;

namespace DcpWorker.Cli.Demo;

/// <summary>
/// Starts programs that die with this one, even when it is killed. The kernel takes the death of the thread that started
/// them for the death of their parent (prctl(2), PR_SET_PDEATHSIG): so there is one thread for that, which stays.
/// </summary>
internal sealed class ChildLauncher : IDisposable
{
    private readonly BlockingCollection<Action> _starts = [];
    private readonly Thread _thread;

    public ChildLauncher()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "launcher" };
        _thread.Start();
    }

    /// <summary>Starts a program; each line of its stdout is given to <paramref name="onLine"/>.</summary>
    public ChildProcess Start(ProcessStartInfo start, Action<string>? onLine)
    {
        TaskCompletionSource<ChildProcess> started = new();
        _starts.Add(() =>
        {
            try
            {
                started.SetResult(new ChildProcess(start, onLine));
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Children that are still there die.</summary>
    public void Dispose()
    {
        _starts.CompleteAdding();
        _thread.Join();
        _starts.Dispose();
    }

    private void Run()
    {
        foreach (Action start in _starts.GetConsumingEnumerable())
        {
            start();
        }
    }
}
