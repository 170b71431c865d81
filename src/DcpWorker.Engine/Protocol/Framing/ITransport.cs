namespace DcpWorker.Engine.Protocol.Framing;

/// <summary>Carries sealed messages over one socket, in order, for as long as the socket lives.</summary>
internal interface ITransport
{
    /// <summary>Queues a message; never waits. Nothing happens once the transport has ended.</summary>
    void Send(string message);

    /// <summary>Ends the transport after what is queued has been sent.</summary>
    void Close();

    /// <summary>Ends the transport at once.</summary>
    void Abort();
}
