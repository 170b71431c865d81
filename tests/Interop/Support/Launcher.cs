using System.Collections.Concurrent;

namespace Interop.Tests.Support;

/// <summary>
/// Starts all processes from one thread that never ends: the system kills a child with its parent when the thread that
/// started it ends, and those of the pool come and go.
/// </summary>
internal static class Launcher
{
    private static readonly BlockingCollection<Action> Starts = [];

    static Launcher() => new Thread(() =>
    {
        foreach (Action start in Starts.GetConsumingEnumerable())
        {
            start();
        }
    }) { IsBackground = true, Name = "launcher" }.Start();

    /// <summary>Runs <paramref name="start"/> there, and waits for it.</summary>
    public static void Run(Action start)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                start();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        done.Task.GetAwaiter().GetResult();
    }
}
