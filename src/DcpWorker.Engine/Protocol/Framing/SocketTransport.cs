using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Protocol.Framing;

/// <summary>
/// Sealed messages over one WebSocket: engine.io 4 and socket.io 5 packets, pings and hang-up, and the announcement and
/// fragments inside. Client and server side.
/// </summary>
internal sealed partial class SocketTransport : ITransport, IAsyncDisposable
{
    // an unfragmented message a peer may send before it has our announcement, each character escaped
    private const int MaxPacketBytes = 8 * 1024 * 1024;
    // at most one message is on its way, and what is queued beside it are acknowledgements and pongs
    private const int MaxQueued = 1000;
    private const long SpareLength = 1_000_000;
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(2);

    private readonly WebSocket _socket;
    private readonly bool _isServer;
    private readonly ConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly MessageFraming _framing;
    private readonly Channel<string> _outgoing = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ended = new();
    private readonly ITimer _liveness;
    private TimeSpan _silenceLimit;
    private long _queuedLength;
    private int _queuedCount;
    private volatile bool _pongDue;

    /// <summary>Over an open WebSocket; <see cref="OpenAsync"/> next.</summary>
    public SocketTransport(WebSocket socket, bool isServer, ConnectionOptions options, TimeProvider time, ILogger log)
    {
        (_socket, _isServer, _options, _time, _log) = (socket, isServer, options, time, log);
        _framing = new MessageFraming(options.MaxFragmentLength, options.MaxMessageLength, options.PingInterval);
        _liveness = time.CreateTimer(_ => OnLivenessTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Exchanges the opening packets and announces ourselves.</summary>
    /// <exception cref="ProtocolException">The peer opens in another way.</exception>
    /// <exception cref="WebSocketException">The socket failed.</exception>
    public async Task OpenAsync(CancellationToken ct)
    {
        if (_isServer)
        {
            string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
            await SendNowAsync(SocketIoPacket.Open(id, _options.PingInterval, _options.PingTimeout), ct).ConfigureAwait(false);
            await ExpectAsync(SocketIoPacket.Connect, ct).ConfigureAwait(false);
            await SendNowAsync(SocketIoPacket.Connected(id), ct).ConfigureAwait(false);
        }
        else
        {
            string open = await ExpectAsync("0", ct).ConfigureAwait(false);
            JsValue settings = JsonReader.Parse(open.AsSpan(1));
            double silence = (settings["pingInterval"].AsNumber() ?? 25_000) + (settings["pingTimeout"].AsNumber() ?? 20_000);
            _silenceLimit = TimeSpan.FromMilliseconds(Math.Clamp(silence, 1_000, 3_600_000));
            await SendNowAsync(SocketIoPacket.Connect, ct).ConfigureAwait(false);
            await ExpectAsync(SocketIoPacket.Connect, ct).ConfigureAwait(false);
        }

        await SendNowAsync(SocketIoPacket.Event(_framing.Announce()), ct).ConfigureAwait(false);
    }

    /// <summary>Carries messages until the socket ends, for whatever reason. Does not throw.</summary>
    public async Task RunAsync(Action<string> deliver, CancellationToken ct)
    {
        using CancellationTokenRegistration registration = ct.UnsafeRegister(static t => ((SocketTransport)t!).Abort(), this);
        _liveness.Change(_isServer ? _options.PingInterval : _silenceLimit, Timeout.InfiniteTimeSpan);
        Task sending = SendLoopAsync();
        try
        {
            while (await ReceiveAsync(_ended.Token).ConfigureAwait(false) is { } packet && Handle(packet, deliver))
            {
            }
        }
        catch (Exception e) when (IsSocketFailure(e))
        {
            LogEnded(e.Message);
        }
        catch (Exception e) when (e is DcpException)
        {
            LogRefused(e.Message);
        }
        catch (Exception e)
        {
            LogFault(e);
        }

        Abort();
        await sending.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Send(string message) => Queue(message);

    /// <inheritdoc/>
    public void Close() => _outgoing.Writer.TryComplete();

    /// <inheritdoc/>
    public void Abort()
    {
        _outgoing.Writer.TryComplete();
        try
        {
            // what waits for the end must not run here: the caller may hold locks
            _ = _ended.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // ended already
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Abort();
        await _liveness.DisposeAsync().ConfigureAwait(false);
        _socket.Dispose();
        _ended.Dispose();
    }

    private static bool IsSocketFailure(Exception e) =>
        e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException;

    private void Queue(string message)
    {
        // a peer that makes us answer without reading must not fill our memory
        if (Interlocked.Add(ref _queuedLength, message.Length) > _options.MaxMessageLength + SpareLength
            || Interlocked.Increment(ref _queuedCount) > MaxQueued)
        {
            LogRefused("The peer does not read what it is sent.");
            Abort();
            return;
        }

        _outgoing.Writer.TryWrite(message);
    }

    private bool Handle(string packet, Action<string> deliver)
    {
        switch (packet.Length > 0 ? packet[0] : '\0')
        {
            case '2' when !_isServer:
                Queue(SocketIoPacket.Pong);
                _liveness.Change(_silenceLimit, Timeout.InfiniteTimeSpan);
                return true;
            case '3' when _isServer:
                _pongDue = false;
                _liveness.Change(_options.PingInterval, Timeout.InfiniteTimeSpan);
                return true;
            case '4' when packet.StartsWith("42", StringComparison.Ordinal):
                if (SocketIoPacket.FrameOf(packet) is { } frame)
                {
                    _framing.Receive(frame, deliver, reply => Queue(SocketIoPacket.Event(reply)));
                }

                return true;
            case '4' when packet.StartsWith(SocketIoPacket.Disconnect, StringComparison.Ordinal):
            case '1':
                return false;
            case '6':
                return true;
            default:
                throw new ProtocolException("EINVAL", "The peer sent a packet that is no part of a DCP socket.");
        }
    }

    private void OnLivenessTimer()
    {
        if (!_isServer || _pongDue)
        {
            LogRefused("The peer has gone silent.");
            Abort();
            return;
        }

        _pongDue = true;
        Queue(SocketIoPacket.Ping);
        _liveness.Change(_options.PingTimeout, Timeout.InfiniteTimeSpan);
    }

    private async Task SendLoopAsync()
    {
        try
        {
            await foreach (string message in _outgoing.Reader.ReadAllAsync(_ended.Token).ConfigureAwait(false))
            {
                if (message[0] == '{')
                {
                    foreach (string frame in _framing.Split(message))
                    {
                        await SendNowAsync(SocketIoPacket.Event(frame), _ended.Token).ConfigureAwait(false);
                    }
                }
                else
                {
                    await SendNowAsync(message, _ended.Token).ConfigureAwait(false);
                }

                Interlocked.Add(ref _queuedLength, -message.Length);
                Interlocked.Decrement(ref _queuedCount);
            }

            await SendNowAsync(SocketIoPacket.Disconnect, _ended.Token).ConfigureAwait(false);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _ended.Token).ConfigureAwait(false);
            _ended.CancelAfter(GoodbyeTimeout);
        }
        catch (Exception e) when (IsSocketFailure(e))
        {
            LogEnded(e.Message);
            Abort();
        }
    }

    private async Task SendNowAsync(string packet, CancellationToken ct)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(packet.Length));
        try
        {
            int length = Encoding.UTF8.GetBytes(packet, buffer);
            await _socket.SendAsync(buffer.AsMemory(0, length), WebSocketMessageType.Text, endOfMessage: true, ct).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<string> ExpectAsync(string start, CancellationToken ct)
    {
        string packet = await ReceiveAsync(ct).ConfigureAwait(false)
            ?? throw new ProtocolException("ECONNRESET", "The peer closed the socket while it was being opened.") { IsConnectionFailure = true };
        return packet.StartsWith(start, StringComparison.Ordinal)
            ? packet
            : throw new ProtocolException("EINVAL", "The peer does not open the socket as socket.io does.") { IsConnectionFailure = true };
    }

    /// <summary>The next text message; null when the peer closes.</summary>
    private async Task<string?> ReceiveAsync(CancellationToken ct)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        int length = 0;
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result = await _socket.ReceiveAsync(buffer.AsMemory(length), ct).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                length += result.Count;
                if (result.MessageType != WebSocketMessageType.Text || length > MaxPacketBytes)
                {
                    throw new ProtocolException("EINVAL", string.Create(CultureInfo.InvariantCulture, $"The peer sent a packet that is not text, or longer than {MaxPacketBytes} bytes."));
                }

                if (result.EndOfMessage)
                {
                    return Encoding.UTF8.GetString(buffer, 0, length);
                }

                if (length == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LoggerMessage(EventId = 2111, Level = LogLevel.Debug, Message = "A socket ended: {Reason}")]
    private partial void LogEnded(string reason);

    [LoggerMessage(EventId = 2112, Level = LogLevel.Warning, Message = "A socket was given up: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(EventId = 2113, Level = LogLevel.Error, Message = "A socket was given up because of a fault of ours")]
    private partial void LogFault(Exception fault);
}
