using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DcpWorker.Engine.Tests.InetDaemon;

/// <summary>A daemon in a process of its own, which a test may kill.</summary>
internal sealed class DaemonHostProcess : IDisposable
{
    private readonly Process _process;
    private readonly int _port;

    private DaemonHostProcess(Process process, int port) => (_process, _port) = (process, port);

    internal static async Task<DaemonHostProcess> StartAsync(params string[] command)
    {
        string host = Path.Combine(AppContext.BaseDirectory, "DaemonHost.dll");
        Process process = Process.Start(new ProcessStartInfo("dotnet", [host, .. command]) { RedirectStandardOutput = true })!;
        using CancellationTokenSource limit = new(TestDaemon.Patience);
        string? port = await process.StandardOutput.ReadLineAsync(limit.Token);
        Assert.NotNull(port);
        return new DaemonHostProcess(process, int.Parse(port, CultureInfo.InvariantCulture));
    }

    internal async Task<TestClient> ConnectAsync()
    {
        TcpClient client = new();
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port));
        return new TestClient(client);
    }

    /// <summary>As kill -9 does: no handler runs.</summary>
    internal void Kill() => _process.Kill();

    /// <summary>The most memory that the daemon ever had resident, in bytes.</summary>
    internal long PeakMemory()
    {
        _process.Refresh();
        return _process.PeakWorkingSet64;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
