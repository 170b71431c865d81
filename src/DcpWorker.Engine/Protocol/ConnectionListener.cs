using System.Collections.Concurrent;
using System.Net.WebSockets;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Protocol.Framing;
using DcpWorker.Engine.Protocol.Sealing;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Protocol;

/// <summary>
/// The accepting side: turns WebSockets into sessions. A new peer gets a new <see cref="Connection"/>; one that lost its socket
/// gets its session back; one whose session is unknown here (we were restarted) is told to begin anew.
/// </summary>
public sealed partial class ConnectionListener : IAsyncDisposable
{
    private readonly PrivateKey _identity;
    private readonly ConnectionOptions _options;
    private readonly Func<Connection, string, Func<IncomingRequest, CancellationToken, Task<JsValue>>> _onConnection;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly RequestValidity _validity = new(new StampMemory());
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stoppingToken;
    private volatile bool _isClosing;

    /// <summary>A listener.</summary>
    /// <param name="identity">The key that signs; peers remember its address, so it must stay the same over restarts.</param>
    /// <param name="options">Times and bounds.</param>
    /// <param name="onConnection">Given each new session and the path it asked for; answers with the handler of its requests.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to say what goes wrong.</param>
    public ConnectionListener(
        PrivateKey identity,
        ConnectionOptions options,
        Func<Connection, string, Func<IncomingRequest, CancellationToken, Task<JsValue>>> onConnection,
        TimeProvider time,
        ILogger log)
    {
        (_identity, _options, _onConnection, _time, _log) = (identity, options, onConnection, time, new PeerLogger(log, time));
        _stoppingToken = _stopping.Token;
    }

    /// <summary>The sessions there are, with or without a socket at this moment.</summary>
    public IReadOnlyCollection<Connection> Connections => [.. _sessions.Values.Select(s => s.Connection)];

    /// <summary>Serves one accepted WebSocket until it ends; then the socket is disposed of. Only cancellation is thrown.</summary>
    /// <param name="socket">The socket, open.</param>
    /// <param name="servicePath">The path of the service that the peer asked for, as given on to the application.</param>
    /// <param name="ct">Ends the socket, not the session.</param>
    public async Task RunSocketAsync(WebSocket socket, string servicePath, CancellationToken ct)
    {
        SocketTransport transport = new(socket, isServer: true, _options, _time, _log);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(ct, _stoppingToken);
        await using (transport.ConfigureAwait(false))
        {
            Action<string>? deliver = null;
            Connection? connection = null;
            using ITimer patience = _time.CreateTimer(_ => transport.Abort(), null, _options.HandshakeTimeout, Timeout.InfiniteTimeSpan);
            try
            {
                using CancellationTokenSource opening = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
                opening.CancelAfter(_options.HandshakeTimeout);
                await transport.OpenAsync(opening.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is WebSocketException or DcpException or OperationCanceledException or IOException)
            {
                LogNotOpened(servicePath, e.Message);
                return;
            }

            await transport.RunAsync(
                text =>
                {
                    if (deliver is null)
                    {
                        patience.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                        (connection, deliver) = Place(transport, SealedMessage.Open(text), servicePath);
                    }
                    else
                    {
                        deliver(text);
                    }
                },
                ending.Token).ConfigureAwait(false);
            connection?.Detach(transport);
        }
    }

    /// <summary>Closes every session, telling the peers, and every socket.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosing)
        {
            return;
        }

        _isClosing = true;

        // each ends within its time, whatever its peer does; should one not, nobody shall wait for it
        await Task.WhenAll(Connections.Select(c => c.CloseAsync())).WaitAsync(2 * _options.CloseTimeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.CancelAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Finds where the first message of a socket belongs, and gives it there.</summary>
    private (Connection? Connection, Action<string> Deliver) Place(SocketTransport transport, SealedMessage first, string servicePath)
    {
        if (first.Body["dcpsid"].AsString() is not { } sessionId)
        {
            return first.Body["payload"]["operation"].AsString() == "connect"
                ? Begin(transport, first, servicePath)
                : throw new ProtocolException("EINVAL", "The first message of a socket is neither of a session nor asks for one.");
        }

        if (!_sessions.TryGetValue(sessionId, out Session? session))
        {
            LogUnknownSession(LogText.OneLine(sessionId, most: 100), first.Owner);
            UnknownSession stranger = new(_identity, transport, sessionId, _options, _time);
            stranger.Receive(first);
            return (null, text => stranger.Receive(SealedMessage.Open(text)));
        }

        // anyone may know the id of a session; only its peer can sign
        if (!first.Owner.Equals(session.Connection.PeerAddress))
        {
            throw new ProtocolException("EINVAL", $"{first.Owner} tried to take over the session of {session.Connection.PeerAddress}.");
        }

        session.Connection.Reattach(transport, first);
        return (session.Connection, text => session.Connection.Receive(transport, text));
    }

    private (Connection Connection, Action<string> Deliver) Begin(SocketTransport transport, SealedMessage first, string servicePath)
    {
        if (_isClosing)
        {
            throw new ProtocolException("ECONNRESET", "A peer asked for a session while all were being closed.");
        }

        Connection connection = new(ConnectionRole.Responder, null, _identity, _options, new ConnectionParts { Validity = _validity }, _time, _log);
        connection.Accept(transport, first);
        if (connection.State == ConnectionState.Established && connection.SessionId is { } sessionId)
        {
            connection.RequestHandler = _onConnection(connection, servicePath);
            MakeRoom();
            _sessions[sessionId] = new Session(connection, _time.GetTimestamp());
            connection.Closed.ContinueWith(_ => _sessions.TryRemove(sessionId, out Session? _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return (connection, text => connection.Receive(transport, text));
    }

    private void MakeRoom()
    {
        if (_sessions.Count >= _options.MaxSessions)
        {
            Session oldest = _sessions.Values.OrderBy(s => s.Connection.State != ConnectionState.Disconnected).ThenBy(s => s.Since).First();
            LogEvicted(oldest.Connection.SessionId);
            oldest.Connection.Drop("ECONNRESET", "Too many sessions.");
        }
    }

    [LoggerMessage(EventId = 2141, Level = LogLevel.Debug, Message = "A socket for {Path} was not opened: {Reason}")]
    private partial void LogNotOpened(string path, string reason);

    [LoggerMessage(EventId = 2142, Level = LogLevel.Information, Message = "{Peer} asks for session {Session}, which is unknown here; it is told to begin anew")]
    private partial void LogUnknownSession(string session, Address peer);

    [LoggerMessage(EventId = 2143, Level = LogLevel.Warning, Message = "Too many sessions: {Session} is dropped")]
    private partial void LogEvicted(string? session);

    private sealed record Session(Connection Connection, long Since);
}
