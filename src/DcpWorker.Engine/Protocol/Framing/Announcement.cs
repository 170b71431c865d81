using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol.Framing;

/// <summary>
/// What one side of a transport tells the other about itself, as its first message. The defaults are what to assume of a
/// peer that has not spoken yet.
/// </summary>
internal sealed record Announcement
{
    private const int SmallestFragment = 1000;

    /// <summary>Longest piece the peer takes, in UTF-16 code units.</summary>
    public int MaxFragmentLength { get; init; } = 1_000_000;

    /// <summary>Most pieces of one message the peer takes; 0 for no limit.</summary>
    public int MaxFragmentCount { get; init; } = 100;

    /// <summary>Whether the peer wants each transport message acknowledged.</summary>
    public bool WantsAck { get; init; }

    /// <summary>Our own announcement.</summary>
    public static string Ours(int maxFragmentLength, TimeSpan pingInterval) => JsonWriter.Write(new JsObject
    {
        ["canOoo"] = true,
        ["canAck"] = true,
        ["wantsConcat"] = true,
        ["wantsAck"] = false,
        ["rxMaxFragmentSize"] = maxFragmentLength,
        ["rxMaxFragmentCount"] = 0,
        ["pingInterval"] = pingInterval.TotalMilliseconds,
        ["hasAnnounced"] = true,
    });

    /// <summary>This picture of the peer, with the members of <paramref name="announced"/> over it.</summary>
    /// <exception cref="ProtocolException"><c>EINVAL</c>: the peer takes no pieces of a usable size.</exception>
    public Announcement Updated(JsValue announced)
    {
        int length = announced["rxMaxFragmentSize"].AsInt32() ?? MaxFragmentLength;
        return length < SmallestFragment
            ? throw new ProtocolException("EINVAL", $"The peer announces fragments of at most {length} characters, which is too little to work with.")
            : this with
            {
                MaxFragmentLength = length,
                MaxFragmentCount = Math.Max(0, announced["rxMaxFragmentCount"].AsInt32() ?? MaxFragmentCount),
                WantsAck = announced["wantsAck"].AsBoolean() ?? WantsAck,
            };
    }
}
