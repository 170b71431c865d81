using System.Net.Sockets;
using System.Text;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Tests.Supervision.Support;
using DcpWorker.Engine.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Control;

/// <summary>A worker with real evaluators that can be controlled, and so can its inet-daemon unless told otherwise.</summary>
internal sealed class ControlSite : IAsyncDisposable
{
    private readonly ControlServer? _daemonControl;

    /// <summary>The sockets of this process's tests: not those of the machine.</summary>
    public static string Folder { get; } = MakeFolder();

    public ControlSite(bool withDaemon = true) =>
        _daemonControl = withDaemon ? InetDaemonControl.Serve(Bench.Daemon.Daemon, NullLogger.Instance) : null;

    public WorkerBench Bench { get; } = new();

    public string SocketPath => Server.Path ?? throw new InvalidOperationException("no control");

    public ControlServer Server { get; private set; } = null!;

    public void Start(Func<WorkerOptions, WorkerOptions>? change = null)
    {
        WorkerOptions? options = null;
        Bench.Start(
            o => options = change?.Invoke(o) ?? o,
            w => Server = WorkerControl.Serve(w, options!, WorkerStarter.Job, NullLogger.Instance));
    }

    /// <summary>What the worker says of itself over its socket.</summary>
    public async Task<RunningWorker> FindAsync() => await RunningWorkers.FindAsync(Bench.Worker.Id, CancellationToken.None);

    /// <summary>Says something to a control socket as no client of ours would, and reads all that comes back.</summary>
    public static async Task<string> SayAsync(string path, byte[] bytes, bool hangUp)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        using CancellationTokenSource limit = new(CraftedScheduler.Patience);
        StringBuilder answer = new();
        try
        {
            await socket.SendAsync(bytes, limit.Token);
            if (hangUp)
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            byte[] buffer = new byte[4096];
            for (int count; (count = await socket.ReceiveAsync(buffer, limit.Token)) > 0;)
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // the connection was ended under us, which is the other side's right
        }

        return answer.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
        await (Server?.DisposeAsync() ?? default);
        await (_daemonControl?.DisposeAsync() ?? default);
    }

    private static string MakeFolder()
    {
        TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "c");
        Environment.SetEnvironmentVariable("DCP_CONTROL_DIR", path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return path;
    }
}
