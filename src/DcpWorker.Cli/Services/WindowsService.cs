using System.Runtime.Versioning;
using System.ServiceProcess;

namespace DcpWorker.Cli.Services;

/// <summary>A verb of this program as a service of Windows, which wants to be spoken to in its own way.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsService : ServiceBase
{
    /// <summary>First argument of a program that Windows starts as a service; the name follows, then what it is to do.</summary>
    public const string Option = "--windows-service";

    /// <summary>What a stop may take: a worker's own limit and its last words.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly Thread _work;

    private WindowsService(string name, Func<int> work)
    {
        (ServiceName, CanShutdown, AutoLog) = (name, true, false);
        _work = new Thread(() =>
        {
            // an end by itself with an exit code is what the recovery actions are for
            ExitCode = work();
            Stop();
        });
    }

    /// <summary>Runs <paramref name="work"/> as a service; gives its exit code.</summary>
    public static int Run(string name, Func<int> work)
    {
        using WindowsService service = new(name, work);
        Run(service);
        return service.ExitCode;
    }

    /// <inheritdoc/>
    protected override void OnStart(string[] args) => _work.Start();

    /// <inheritdoc/>
    protected override void OnStop()
    {
        StopSignals.StopAll();
        if (Thread.CurrentThread != _work)
        {
            RequestAdditionalTime((int)StopLimit.TotalMilliseconds);
            _work.Join(StopLimit);
        }
    }

    /// <inheritdoc/>
    protected override void OnShutdown() => OnStop();
}
