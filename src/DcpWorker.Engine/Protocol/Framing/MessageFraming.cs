using System.Globalization;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol.Framing;

/// <summary>
/// The layer between a socket and sealed messages: announcement, fragments, order of delivery. One instance serves one
/// socket and one thread at a time in each direction.
/// </summary>
internal sealed class MessageFraming(int maxFragmentLength, int maxMessageLength, TimeSpan pingInterval)
{
    private const int HeaderAt = 6;
    private const string Acknowledgement = "A0000-ACK";
    private readonly FragmentAssembler _assembler = new(maxFragmentLength, maxMessageLength);
    private volatile Announcement _peer = new();
    private int _nextMessageId;

    /// <summary>What the peer has said of itself.</summary>
    public Announcement Peer => _peer;

    /// <summary>The first frame that each side sends.</summary>
    public string Announce() => "E0000P" + Announcement.Ours(maxFragmentLength, pingInterval);

    /// <summary>The frames that carry a sealed message to the peer.</summary>
    public IEnumerable<string> Split(string message)
    {
        int size = _peer.MaxFragmentLength;
        if (message.Length <= size)
        {
            yield return message;
            yield break;
        }

        int id = ++_nextMessageId;
        int total = (message.Length + size - 1) / size;
        for (int i = 0; i < total; i++)
        {
            string header = string.Create(CultureInfo.InvariantCulture, $"{{\"msgId\":{id},\"seq\":{i},\"total\":{total}}}");
            yield return string.Concat(
                string.Create(CultureInfo.InvariantCulture, $"E{header.Length:x4}C"),
                header,
                message.AsSpan(i * size, Math.Min(size, message.Length - (i * size))));
        }
    }

    /// <summary>
    /// Takes one frame of the peer: the sealed messages that are complete with it go to <paramref name="deliver"/>, what must be
    /// answered at this layer to <paramref name="reply"/>.
    /// </summary>
    /// <exception cref="ProtocolException">Not a frame, or beyond a bound: the socket is of no more use.</exception>
    /// <exception cref="SerializationException">A header is not JSON.</exception>
    public void Receive(string frame, Action<string> deliver, Action<string> reply)
    {
        switch (frame.Length > 0 ? frame[0] : '\0')
        {
            case '{':
                _assembler.AddWhole(frame);
                break;
            case 'E':
                ReceiveExtended(frame, deliver);
                break;
            case 'A' or 'T':
                return;
            default:
                throw new ProtocolException("EINVAL", "The peer sent a frame of an unknown kind.");
        }

        if (_peer.WantsAck)
        {
            reply(Acknowledgement);
        }

        while (_assembler.TryTake(out string? message))
        {
            deliver(message);
        }
    }

    private void ReceiveExtended(string frame, Action<string> deliver)
    {
        if (frame.Length < HeaderAt
            || !int.TryParse(frame.AsSpan(1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int headerLength)
            || HeaderAt + headerLength > frame.Length)
        {
            throw new ProtocolException("EINVAL", "The peer sent an extended frame without a whole header.");
        }

        ReadOnlySpan<char> header = frame.AsSpan(HeaderAt, headerLength);
        ReadOnlySpan<char> payload = frame.AsSpan(HeaderAt + headerLength);
        switch (frame[5])
        {
            case 'P':
                _peer = _peer.Updated(JsonReader.Parse(payload));
                break;
            case 'C':
                JsValue place = JsonReader.Parse(header);
                _assembler.AddFragment(place["msgId"].AsNumber() ?? -1, place["seq"].AsInt32() ?? -1, place["total"].AsInt32() ?? -1, payload.ToString());
                break;
            case 'O':
                deliver(payload.ToString());
                break;
            default:
                throw new ProtocolException("EINVAL", $"The peer sent an extended frame of unknown kind '{frame[5]}'.");
        }
    }
}
