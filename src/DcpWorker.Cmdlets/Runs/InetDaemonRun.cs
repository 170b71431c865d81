using System.Runtime.CompilerServices;
using System.Management.Automation;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;

namespace DcpWorker.Cmdlets.Runs;

/// <summary>An inet-daemon: writes what happens until it is stopped. There is nothing to finish: evaluators end with it.</summary>
/// <param name="read">Reads what it is to do.</param>
internal sealed class InetDaemonRun(Func<IRunOutput, CancellationToken, Task<InetDaemonOptions>> read) : IRun
{
    private const string Activity = "DCP inet-daemon";

    public async Task RunAsync(IRunOutput output, CancellationToken stop, CancellationToken now)
    {
        InetDaemonOptions options = await read(output, stop).ConfigureAwait(false);
        using CmdletLogger log = new(output);
        InetDaemon daemon = InetDaemon.Start(options, log);
        await using (daemon.ConfigureAwait(false))
        {
            await using ConfiguredAsyncDisposable control = InetDaemonControl.Serve(daemon, log).ConfigureAwait(false);
            using CancellationTokenRegistration end = stop.Register(() => daemon.StopAsync());
            Task announcement = SayWhenReadyAsync(daemon, output);
            await foreach (InetDaemonEvent e in daemon.Subscribe(CancellationToken.None).ConfigureAwait(false))
            {
                output.WriteProgress(new ProgressRecord(0, Activity, $"Listening on {daemon.Endpoint}, {daemon.Connections} evaluators"));
                await output.WriteObjectAsync(EventObject.Create(e, InetDaemonEventText.Describe(e))).ConfigureAwait(false);
            }

            output.WriteProgress(new ProgressRecord(0, Activity, "Stopped") { RecordType = ProgressRecordType.Completed });
            await announcement.ConfigureAwait(false);
            await daemon.Ready.ConfigureAwait(false);
        }
    }

    private static async Task SayWhenReadyAsync(InetDaemon daemon, IRunOutput output)
    {
        await daemon.Ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (daemon.Ready.IsCompletedSuccessfully)
        {
            output.SayReady(new Uri($"tcp://{daemon.Endpoint}"));
        }
    }
}
