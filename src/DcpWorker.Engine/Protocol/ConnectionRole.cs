namespace DcpWorker.Engine.Protocol;

/// <summary>Which side of a connection we are.</summary>
internal enum ConnectionRole
{
    /// <summary>The side that connects, and reconnects.</summary>
    Initiator,

    /// <summary>The side that accepts.</summary>
    Responder,
}
