namespace DcpWorker.Engine.Protocol;

/// <summary>Times and bounds of a connection. The defaults are those of the present network unless a member says otherwise.</summary>
public sealed record ConnectionOptions
{
    /// <summary>The defaults.</summary>
    public static ConnectionOptions Default { get; } = new();

    /// <summary>How long an initiator tries to get its first session.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an initiator tries to get back a session that lost its socket.</summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromSeconds(7200);

    /// <summary>How long a responder keeps a session that lost its socket.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(7300);

    /// <summary>How long a closing side waits for the peer to say goodbye.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>How long a message may stay unacknowledged before its socket is given up.</summary>
    public TimeSpan MaxRtt { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a request waits for its response, unless <see cref="RequestOptions.Timeout"/> says otherwise.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>How long a new socket may take to open and to show its first protocol message.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the server side of a socket pings (engine.io v4).</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromMilliseconds(10100);

    /// <summary>How long the server side of a socket waits for the answer to a ping (engine.io v4).</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromMilliseconds(60010);

    /// <summary>Longest pause between two attempts to connect.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether messages that wait are sent together.</summary>
    public bool AllowBatch { get; init; } = true;

    /// <summary>Most messages in one batch.</summary>
    public int MaxMessagesPerBatch { get; init; } = 20;

    /// <summary>A batch takes no further message once its payloads have this many characters.</summary>
    public int MaxBatchLength { get; init; } = 10_000_000;

    /// <summary>
    /// How long a request that could leave at once waits for company. Zero, unlike the network's 30 ms: while a message is
    /// unacknowledged the next ones gather anyway, so that a loaded connection batches by itself and an idle one answers at once
    /// (on loopback a round trip takes 4 ms instead of 32, and 16 callers at once get 3,800 answers a second instead of 490).
    /// </summary>
    public TimeSpan BatchDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Longest message accepted, in UTF-16 code units, after its fragments are put together.</summary>
    public int MaxMessageLength { get; init; } = 100_000_000;

    /// <summary>Longest piece of a message accepted, in UTF-16 code units; announced to the peer.</summary>
    public int MaxFragmentLength { get; init; } = 300_000;

    /// <summary>Most requests of a peer that may be unanswered (or whose answers it has not acknowledged) before it is cut off.</summary>
    public int MaxUnansweredRequests { get; init; } = 10_000;

    /// <summary>Most characters of answers that a peer may leave unacknowledged: one who asks for more beyond them is cut off.</summary>
    public long MaxUnacknowledgedLength { get; init; } = 200_000_000;

    /// <summary>Most sessions a listener keeps; the one disconnected longest makes room for a new one.</summary>
    public int MaxSessions { get; init; } = 10_000;

    /// <summary>Mean pause before a listener tells a peer that its session is unknown; slows down peers that loop.</summary>
    public TimeSpan UnknownSessionDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a request is valid, unless <see cref="RequestOptions.Ttl"/> says otherwise; the peer keeps it within 15 to 600 s.</summary>
    public TimeSpan RequestTtl { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// What an initiator appends to the path of the service for its socket: <c>dcp5/socketio/</c>, or nothing for services of
    /// the network's generation 4.
    /// </summary>
    public string SocketPath { get; init; } = "dcp5/socketio/";
}
