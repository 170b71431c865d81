using System.Collections.Concurrent;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcpWorker.Engine.Tests.Protocol;

/// <summary>A listener on a real socket, and initiators for it.</summary>
internal sealed class Peers : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    public static readonly PrivateKey InitiatorKey = PrivateKey.Parse(string.Concat(Enumerable.Repeat("11", 32)));
    public static readonly PrivateKey TargetKey = PrivateKey.Parse(string.Concat(Enumerable.Repeat("22", 32)));

    private readonly List<IAsyncDisposable> _toClose = [];
    private readonly ILogger _log;

    public Peers(ConnectionOptions? options = null, Func<IncomingRequest, CancellationToken, Task<JsValue>>? handler = null, PrivateKey? key = null, ILogger? log = null)
    {
        _log = log ?? NullLogger.Instance;
        Options = options ?? ConnectionOptions.Default;
        Handler = handler ?? EchoAsync;
        Listener = NewListener(key);
        Host = new WebSocketHost((socket, path, ct) => Listener.RunSocketAsync(socket, path, ct));
    }

    public ConnectionOptions Options { get; }

    public Func<IncomingRequest, CancellationToken, Task<JsValue>> Handler { get; set; }

    public ConnectionListener Listener { get; private set; }

    public WebSocketHost Host { get; }

    public ConcurrentQueue<Connection> Accepted { get; } = [];

    public Connection Initiate(ConnectionOptions? options = null, IdentityCache? cache = null, PrivateKey? key = null)
    {
        Connection connection = Connection.Initiate(Host.Location, key ?? InitiatorKey, options ?? Options, cache, TimeProvider.System, NullLogger.Instance);
        _toClose.Add(connection);
        return connection;
    }

    /// <summary>The listener forgets all sessions, as a restarted program has.</summary>
    public void Restart(PrivateKey? key = null)
    {
        Listener = NewListener(key);
        Host.Cut();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable closing in _toClose)
        {
            await closing.DisposeAsync();
        }

        await Listener.DisposeAsync();
        await Host.DisposeAsync();
    }

    public static Task<JsValue> EchoAsync(IncomingRequest request, CancellationToken ct) =>
        Task.FromResult<JsValue>(new JsObject { ["youSaid"] = request.Data });

    private ConnectionListener NewListener(PrivateKey? key) => new(
        key ?? TargetKey,
        Options,
        (connection, _) =>
        {
            Accepted.Enqueue(connection);
            return (request, ct) => Handler(request, ct);
        },
        TimeProvider.System,
        _log);
}
