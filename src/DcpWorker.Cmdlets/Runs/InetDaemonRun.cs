using System.Runtime.CompilerServices;
using System.Management.Automation;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cmdlets.Runs;

/// <summary>An inet-daemon: writes what happens until it is stopped. There is nothing to finish: evaluators end with it.</summary>
/// <param name="read">Reads what it is to do, and the configuration.</param>
internal sealed class InetDaemonRun(Func<IRunOutput, CancellationToken, Task<(InetDaemonOptions Options, ConfigurationTree Tree)>> read) : IRun
{
    private const string Activity = "DCP inet-daemon";

    public async Task RunAsync(IRunOutput output, CancellationToken stop, CancellationToken now)
    {
        (InetDaemonOptions options, ConfigurationTree tree) = await read(output, stop).ConfigureAwait(false);
        using CmdletLogger logs = CmdletLogger.Start(output, tree, "dcp-inet-daemon");
        InetDaemon daemon = InetDaemon.Start(options, logs.CreateLogger<InetDaemon>());
        await using (daemon.ConfigureAwait(false))
        {
            await using ConfiguredAsyncDisposable control = InetDaemonControl.Serve(daemon, logs.CreateLogger("DcpWorker.Control")).ConfigureAwait(false);
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
