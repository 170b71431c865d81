namespace DcpWorker.Engine.Services.Notification;

/// <summary>
/// Pings the service manager for as long as a program makes progress: before each ping its loops must have come round. When one of
/// them hangs there is no ping, and the manager ends the program and starts it again.
/// </summary>
internal static class Watchdog
{
    /// <summary>Pings until cancelled; does nothing when no pings are wanted.</summary>
    /// <param name="notifier">The way to the manager.</param>
    /// <param name="progress">Completes when every loop of the program has come round since the call.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task RunAsync(ServiceNotifier notifier, Func<CancellationToken, Task> progress, TimeProvider time, CancellationToken ct)
    {
        if (notifier.WatchdogTimeout is not { } limit)
        {
            return;
        }

        try
        {
            while (true)
            {
                await progress(ct).WaitAsync(ct).ConfigureAwait(false);
                notifier.Alive();

                // thrice in the time that the manager allows: one ping may come late
                await Task.Delay(limit / 3, time, ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // the program ends
        }
    }
}
