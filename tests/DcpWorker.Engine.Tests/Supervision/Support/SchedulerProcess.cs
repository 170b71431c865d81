using System.Diagnostics;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Supervision.Support;

/// <summary>The embedded scheduler of this build, in a process of its own.</summary>
internal sealed class SchedulerProcess : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private Process? _process;
    private int _port;

    public Uri Location => new($"http://127.0.0.1:{_port}/");

    /// <summary>Starts it, on the same port and with the same data as before.</summary>
    public async Task StartAsync()
    {
        ProcessStartInfo start = new(Built.Program("dcp-scheduler"), ["--listen", $"127.0.0.1:{_port}", "--data", _data.Path, "--quiet"]) { RedirectStandardOutput = true };
        // who runs the tests as root lets it run as root
        start.Environment[RootUser.Variable] = "1";
        _process = Process.Start(start)!;
        using CancellationTokenSource limit = new(CraftedScheduler.Patience);
        string line = await _process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("the scheduler ended");
        _port = new Uri(line.Split(' ')[^1]).Port;
    }

    /// <summary>As kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
        _data.Dispose();
    }
}
