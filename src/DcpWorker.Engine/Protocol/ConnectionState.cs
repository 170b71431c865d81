namespace DcpWorker.Engine.Protocol;

/// <summary>The life of a <see cref="Connection"/>.</summary>
public enum ConnectionState
{
    /// <summary>Made, and not yet asked to connect.</summary>
    Initial,

    /// <summary>Looking for a socket, or negotiating a session over one.</summary>
    Connecting,

    /// <summary>There is a session and a socket.</summary>
    Established,

    /// <summary>There is a session and no socket: an initiator is reconnecting, a responder waits.</summary>
    Disconnected,

    /// <summary>The session is ending; only responses and the close request still travel.</summary>
    Closing,

    /// <summary>Over, for good.</summary>
    Closed,
}
