using System.Net.WebSockets;
using DcpScheduler.Services;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Web;

/// <summary>The services over WebSocket: <c>/service/dcp5/socketio/</c>, and <c>/service/</c> for 4.x clients.</summary>
internal sealed class ServiceEndpoint : IAsyncDisposable
{
    private const string SocketPath = "dcp5/socketio/";

    private readonly Dictionary<string, IService> _services;
    private readonly ConnectionListener _listener;
    private readonly CancellationTokenSource _stopping = new();

    // outlives the source: a request that arrives late finds it cancelled, not disposed of
    private readonly CancellationToken _stop;

    /// <summary>Serves these services under the scheduler's identity.</summary>
    public ServiceEndpoint(IEnumerable<IService> services, PrivateKey identity, SchedulerOptions options, TimeProvider time, ILogger<ServiceEndpoint> log)
    {
        _stop = _stopping.Token;
        _services = services.ToDictionary(s => s.Path, StringComparer.Ordinal);
        ConnectionOptions connections = ConnectionOptions.Default with { MaxSessions = options.MaxConnections };
        _listener = new ConnectionListener(identity, connections, (_, path) => _services[path].HandleAsync, time, log);
    }

    /// <summary>Serves a request when it is for a service; false when it is not.</summary>
    public async Task<bool> TryServeAsync(HttpContext context)
    {
        string path = context.Request.Path.Value?.TrimStart('/') ?? "";
        path = path.EndsWith('/') ? path : path + "/";
        if (path.EndsWith(SocketPath, StringComparison.Ordinal))
        {
            path = path[..^SocketPath.Length];
        }

        if (!_services.ContainsKey(path.TrimEnd('/')))
        {
            return false;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("This is a service of a DCP scheduler: it speaks engine.io 4 over WebSocket only.\n", context.RequestAborted).ConfigureAwait(false);
            return true;
        }

        if (_stop.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return true;
        }

        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(_stop, context.RequestAborted);
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = false, KeepAliveInterval = Timeout.InfiniteTimeSpan }).ConfigureAwait(false);
        try
        {
            await _listener.RunSocketAsync(socket, path.TrimEnd('/'), ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // the scheduler stops, or the client has gone
        }

        return true;
    }

    /// <summary>Tells all peers that it is over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }
}
