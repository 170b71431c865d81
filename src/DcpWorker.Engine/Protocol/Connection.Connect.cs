using System.Net;
using System.Net.WebSockets;
using DcpWorker.Engine.Protocol.Framing;

namespace DcpWorker.Engine.Protocol;

/// <content>How an initiator finds a socket.</content>
public sealed partial class Connection
{
    private Uri? _service;
    private bool _seeking;
    private string? _lastFailure;

    /// <summary>Connects, if that has not been done, and waits for the session.</summary>
    /// <exception cref="ProtocolException">
    /// <c>ETIMEDOUT</c>: not within <see cref="ConnectionOptions.ConnectTimeout"/>; <c>DCPC-1014</c>: the service will not have us;
    /// <c>EVERSION</c>, <c>EDCPSID</c>, <c>EADDRCHANGE</c>: the session cannot be.
    /// </exception>
    public Task ConnectAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (_state == ConnectionState.Initial && _role == ConnectionRole.Initiator)
            {
                StartConnecting();
            }
        }

        return _established.Task.WaitAsync(ct);
    }

    private void StartConnecting()
    {
        if (_state == ConnectionState.Initial)
        {
            _state = ConnectionState.Connecting;
            _lifeTimer.Change(_options.ConnectTimeout, Timeout.InfiniteTimeSpan);
        }
        else if (_state == ConnectionState.Disconnected)
        {
            _lifeTimer.Change(_options.ReconnectTimeout, Timeout.InfiniteTimeSpan);
        }

        if (!_seeking)
        {
            _seeking = true;
            _ = SeekAsync();
        }
    }

    /// <summary>Tries until there is a socket, and hands it over. Ends with the connection.</summary>
    private async Task SeekAsync()
    {
        TimeSpan longest = TimeSpan.FromTicks(Math.Min(_options.MaxBackoff.Ticks, Math.Max(0, (_options.ConnectTimeout / 2).Ticks)));
        try
        {
            while (true)
            {
                await Task.Delay(_parts.Backoff.Next(longest), _time, _lifetimeToken).ConfigureAwait(false);
                if (await TryOpenAsync().ConfigureAwait(false) is { } transport)
                {
                    lock (_gate)
                    {
                        _seeking = false;
                        Open(transport);
                    }

                    _ = RunAsync(transport);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_lifetimeToken.IsCancellationRequested)
        {
            // closed while seeking
        }
        catch (ProtocolException e)
        {
            Drop(e.Code, e.Message);
        }
        catch (Exception e)
        {
            LogSeekFault(e);
            Drop("DCPC-1014", $"{_service} cannot be reached: {e.Message}");
        }
    }

    private async Task RunAsync(SocketTransport transport)
    {
        await using (transport.ConfigureAwait(false))
        {
            await transport.RunAsync(text => Receive(transport, text), CancellationToken.None).ConfigureAwait(false);
            Detach(transport);
        }
    }

    /// <summary>One attempt; null when it failed and another may succeed.</summary>
    /// <exception cref="ProtocolException"><c>DCPC-1014</c>: none will.</exception>
    private async Task<SocketTransport?> TryOpenAsync()
    {
        Uri service = _service!;
        ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("X-DCP", $"dotnet release {typeof(Connection).Assembly.GetName().Version}");
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        socket.Options.CollectHttpResponseDetails = true;
        SocketTransport? transport = null;
        using CancellationTokenSource attempt = CancellationTokenSource.CreateLinkedTokenSource(_lifetimeToken);
        attempt.CancelAfter(_options.HandshakeTimeout);
        try
        {
            await socket.ConnectAsync(ServiceAddress.SocketUri(service, _options.SocketPath), attempt.Token).ConfigureAwait(false);
            transport = new SocketTransport(socket, isServer: false, _options, _time, _log);
            await transport.OpenAsync(attempt.Token).ConfigureAwait(false);
            return transport;
        }
        catch (Exception e) when (e is WebSocketException or DcpException or IOException || (e is OperationCanceledException && !_lifetimeToken.IsCancellationRequested))
        {
            HttpStatusCode status = socket.HttpStatusCode;
            _service = ServiceAddress.Redirected(service, status, socket.HttpResponseHeaders, _options.SocketPath) ?? service;
            _lastFailure = status == 0 ? e.InnerException?.Message ?? e.Message : $"HTTP status {(int)status}";
            LogAttemptFailed(service, _lastFailure);
            if (transport is not null)
            {
                await transport.DisposeAsync().ConfigureAwait(false);
            }

            socket.Dispose();
            return ServiceAddress.IsPermanent(status)
                ? throw new ProtocolException("DCPC-1014", $"{service} does not accept DCP connections: {_lastFailure}.") { IsConnectionFailure = true }
                : null;
        }
    }

    private string LastFailure() => _lastFailure is null ? "" : $" The last attempt failed: {_lastFailure}";
}
