using System.Diagnostics;
using System.Management.Automation;
using DcpWorker.Cmdlets.Runs;
using DcpWorker.Engine;
using DcpWorker.Engine.Children;

namespace DcpWorker.Cmdlets.Scheduling;

/// <summary>
/// The embedded scheduler. It is a program of its own: it needs ASP.NET Core, which PowerShell's process does not have, and a fault of it
/// must not take the session along. It dies with this process.
/// </summary>
/// <param name="program">The program.</param>
/// <param name="arguments">What it is told.</param>
/// <param name="dataPath">Its folder, for those who watch.</param>
/// <param name="allowRoot">Whether it may be root.</param>
internal sealed class SchedulerRun(string program, IReadOnlyList<string> arguments, string? dataPath, bool allowRoot) : IRun
{
    private const string Activity = "DCP scheduler";
    private const string ReadyMark = "listening on ";

    // Its data directory may have to be recovered after a power failure.
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(2);

    public async Task RunAsync(IRunOutput output, CancellationToken stop, CancellationToken now)
    {
        // What is asked for before it begins to start need not be started.
        stop.ThrowIfCancellationRequested();
        if (RootUser.Check("A scheduler", "pwsh -Command Start-DcpScheduler -DataPath /opt/dcp/.dcp/scheduler", allowRoot, hasUnit: false) is { } risk)
        {
            output.WriteWarning(risk);
        }

        using ChildLauncher launcher = new();
        ChildProgram scheduler = launcher.Start(new ProcessStartInfo(program, arguments), new ChildProgramOptions { OnErrorLine = line => Tell(line, output) });
        await using (scheduler.ConfigureAwait(false))
        {
            using CancellationTokenRegistration stopSoftly = stop.Register(scheduler.RequestStop);
            using CancellationTokenRegistration stopNow = now.Register(() => _ = scheduler.DisposeAsync().AsTask());
            Uri uri = new(await scheduler.WaitForAsync(ReadyMark, ReadyLimit, stop).ConfigureAwait(false));
            output.WriteProgress(new ProgressRecord(0, Activity, $"Listening on {uri}, process {scheduler.ProcessId}"));
            output.SayReady(uri);
            await WriteAsync(new SchedulerStarted(DateTimeOffset.UtcNow, uri, scheduler.ProcessId, dataPath), $"listening on {uri}", output).ConfigureAwait(false);

            string end = await scheduler.Death.ConfigureAwait(false);
            output.WriteProgress(new ProgressRecord(0, Activity, "Stopped") { RecordType = ProgressRecordType.Completed });
            if (!stop.IsCancellationRequested)
            {
                throw new ChildProgramException(ChildProgramException.Ended, end);
            }

            await WriteAsync(new SchedulerStopped(DateTimeOffset.UtcNow), "", output).ConfigureAwait(false);
        }
    }

    private static ValueTask WriteAsync(SchedulerEvent e, string detail, IRunOutput output) => output.WriteObjectAsync(EventObject.Create(e, detail));

    // It logs lines such as "warning: Category: Text".
    private static void Tell(string line, IRunOutput output)
    {
        string text = OneLine.Of(line);
        switch (text.Split(' ', 2)[0])
        {
            case "warning:" or "error:" or "critical:":
                output.WriteWarning(text);
                break;
            case "trace:" or "debug:":
                output.WriteDebug(text);
                break;
            default:
                output.WriteVerbose(text);
                break;
        }
    }
}
