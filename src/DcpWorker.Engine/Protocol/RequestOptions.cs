using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol;

/// <summary>How one request is sent.</summary>
public sealed record RequestOptions
{
    /// <summary>Keys of resources (a bank account, say) whose use the request is to be authorised for. Such a request is never batched.</summary>
    public IReadOnlyList<PrivateKey> AuthoriseWith { get; init; } = [];

    /// <summary>How long to wait for the response; <see cref="ConnectionOptions.RequestTimeout"/> when null.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long the request is valid once sent; <see cref="ConnectionOptions.RequestTtl"/> when null.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>Sends the data as <c>jsonData</c>, a string of JSON, which large uploads do.</summary>
    public bool JsonData { get; init; }

    /// <summary>
    /// Builds the data when the request is put on the wire, from the id of the session, for data that depends on it. Used instead of
    /// the data given to the request. It must be quick and must not touch the connection.
    /// </summary>
    public Func<string, JsValue>? DataForSession { get; init; }

    /// <summary>
    /// On a <see cref="ServiceConnection"/>: sends the request again over the next connection when this one fails. The
    /// service may then see it twice.
    /// </summary>
    public bool Resend { get; init; }

    internal static RequestOptions Default { get; } = new();
}
