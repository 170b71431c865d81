using System.Collections.Concurrent;
using System.Diagnostics;

namespace DcpWorker.Engine.Children;

/// <summary>
/// Starts programs that die with this one, even when it is killed. The kernel takes the death of the thread that started
/// them for the death of their parent (prctl(2), PR_SET_PDEATHSIG): so there is one thread for that, which stays.
/// </summary>
public sealed class ChildLauncher : IDisposable
{
    private readonly BlockingCollection<Action> _starts = [];
    private readonly Thread _thread;

    /// <summary>Starts nothing yet.</summary>
    public ChildLauncher()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "launcher" };
        _thread.Start();
    }

    /// <summary>Starts a program.</summary>
    /// <param name="start">The program and its arguments.</param>
    /// <param name="options">Who it runs as, and who takes what it writes.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public ChildProgram Start(ProcessStartInfo start, ChildProgramOptions options)
    {
        TaskCompletionSource<ChildProgram> started = new();
        _starts.Add(() =>
        {
            try
            {
                started.SetResult(new ChildProgram(start, options));
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Children that are still there die (on Linux).</summary>
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
