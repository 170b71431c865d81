using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol;

/// <summary>A request of the peer, verified and valid.</summary>
public sealed class IncomingRequest
{
    /// <summary>Makes the request.</summary>
    internal IncomingRequest(Connection connection, string operation, JsValue data, Address peer, IReadOnlyList<Address> authorisedBy) =>
        (Connection, Operation, Data, Peer, AuthorisedBy) = (connection, operation, data, peer, authorisedBy);

    /// <summary>The connection it came over.</summary>
    public Connection Connection { get; }

    /// <summary>What is asked, with its version suffix if it has one (<c>submit@5</c>).</summary>
    public string Operation { get; }

    /// <summary>The data; undefined when there are none.</summary>
    public JsValue Data { get; }

    /// <summary>The identity of the peer.</summary>
    public Address Peer { get; }

    /// <summary>The resources whose keys have authorised this request, for this peer and for us; every signature has been checked.</summary>
    public IReadOnlyList<Address> AuthorisedBy { get; }
}
