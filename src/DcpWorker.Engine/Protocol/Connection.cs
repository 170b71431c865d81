using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Protocol.Framing;
using DcpWorker.Engine.Protocol.Messages;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Protocol;

/// <summary>
/// One side of a DCP connection (<c>dcp/5.3</c>): a session of signed requests and responses that survives the loss of its
/// socket. Initiator and responder are the same machine; they differ in who opens the socket and who names the session.
/// All members may be used from any thread.
/// </summary>
public sealed partial class Connection : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ConnectionRole _role;
    private readonly PrivateKey _identity;
    private readonly ConnectionOptions _options;
    private readonly ConnectionParts _parts;
    private readonly PeerClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly MessageWriter _writer;
    private readonly SerialDispatcher _dispatcher;
    private readonly Action _pump;
    private readonly LinkedList<OutgoingMessage> _queue = [];
    private readonly Dictionary<string, OutgoingRequest> _awaiting = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _lifetime = new();
    private readonly CancellationToken _lifetimeToken;
    private readonly TaskCompletionSource _established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _rttTimer;
    private readonly ITimer _pumpTimer;
    private readonly ITimer _lifeTimer;
    private FlowControl _flow = new();
    private ConnectionState _state;
    private ITransport? _transport;
    private string? _closeReason;
    private string _closeCode = "EPIPE";

    internal Connection(ConnectionRole role, Uri? service, PrivateKey identity, ConnectionOptions options, ConnectionParts parts, TimeProvider time, ILogger log)
    {
        (_role, _service, _identity, _options, _parts, _time, _log) = (role, service, identity, options, parts, time, log);
        _clock = parts.Clock ?? new PeerClock(time);
        _writer = new MessageWriter(identity, _clock, options.RequestTtl);
        _lifetimeToken = _lifetime.Token;
        _dispatcher = new SerialDispatcher(parts.Post);
        _pump = Pump;
        _rttTimer = Timer(OnRttExceeded);
        _pumpTimer = Timer(Pump);
        _lifeTimer = Timer(OnLifeTimer);

        // nobody may be waiting for a session when there is none to be had
        _established.Task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>What the connection is doing.</summary>
    public ConnectionState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>The id of the session (<c>dcpsid</c>); null until there is one.</summary>
    public string? SessionId
    {
        get
        {
            lock (_gate)
            {
                return _writer.SessionId;
            }
        }
    }

    /// <summary>The identity of the peer; null until it has spoken.</summary>
    public Address? PeerAddress
    {
        get
        {
            lock (_gate)
            {
                return _writer.Peer;
            }
        }
    }

    /// <summary>Our own identity.</summary>
    public Address IdentityAddress => _identity.Address;

    /// <summary>Completes with the code when the connection is over: <c>EPIPE</c> closed here, <c>ECONNRESET</c> by the peer, else what went wrong.</summary>
    public Task<string> Closed => _closed.Task;

    /// <summary>
    /// Answers the peer's requests. Called in the order in which they came, without waiting for the one before to be answered;
    /// its token is cancelled when the connection closes. Throws a <see cref="ProtocolException"/> (or another
    /// <see cref="DcpException"/>) to answer with its code and message. Set it before connecting.
    /// </summary>
    public Func<IncomingRequest, CancellationToken, Task<JsValue>>? RequestHandler { get; set; }

    /// <summary>Told of the peer's notifications, in order. Set it before connecting.</summary>
    public Action<JsValue>? NotificationHandler { get; set; }

    /// <summary>
    /// A connection to a service; it connects by itself with the first request, or by <see cref="ConnectAsync"/>.
    /// </summary>
    /// <param name="service">Location of the service, <c>http:</c> or <c>https:</c>.</param>
    /// <param name="identity">The key that signs; it must outlive the connection.</param>
    /// <param name="options">Times and bounds.</param>
    /// <param name="cache">Remembers the service's address; null to trust whoever answers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to say what goes wrong.</param>
    public static Connection Initiate(Uri service, PrivateKey identity, ConnectionOptions options, IdentityCache? cache, TimeProvider time, ILogger log) =>
        new(ConnectionRole.Initiator, service, identity, options, new ConnectionParts { Identities = cache }, time, new PeerLogger(log, time));

    /// <inheritdoc/>
    public override string ToString() => $"{(_role == ConnectionRole.Initiator ? "connection to " + _service : "session")} {SessionId ?? "(none yet)"}";

    private ITimer Timer(Action action) => _time.CreateTimer(static a => ((Action)a!)(), action, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
