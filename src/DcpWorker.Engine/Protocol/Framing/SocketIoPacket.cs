using System.Globalization;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Protocol.Framing;

/// <summary>The packets of engine.io 4 and socket.io 5 that travel on a DCP socket, each one WebSocket text message.</summary>
internal static class SocketIoPacket
{
    /// <summary>Ping of the server.</summary>
    public const string Ping = "2";

    /// <summary>The client's answer to a ping.</summary>
    public const string Pong = "3";

    /// <summary>The client asks for the default namespace.</summary>
    public const string Connect = "40";

    /// <summary>Either side leaves; it closes the socket next.</summary>
    public const string Disconnect = "41";

    private const string EventHead = "42[\"message\",";

    /// <summary>The server's first packet.</summary>
    public static string Open(string socketId, TimeSpan pingInterval, TimeSpan pingTimeout) => string.Create(
        CultureInfo.InvariantCulture,
        $"0{{\"sid\":{JsonWriter.Quote(socketId)},\"upgrades\":[],\"pingInterval\":{pingInterval.TotalMilliseconds},\"pingTimeout\":{pingTimeout.TotalMilliseconds},\"maxPayload\":1000000000}}");

    /// <summary>The server's consent to <see cref="Connect"/>.</summary>
    public static string Connected(string socketId) => $"40{{\"sid\":{JsonWriter.Quote(socketId)}}}";

    /// <summary>A frame of the layer above.</summary>
    public static string Event(string frame) => string.Concat(EventHead, JsonWriter.Quote(frame), "]");

    /// <summary>The frame inside an event packet; null when the event is none of ours.</summary>
    /// <exception cref="SerializationException">The packet is not JSON.</exception>
    public static string? FrameOf(string packet)
    {
        int start = packet.IndexOf('[', StringComparison.Ordinal);
        return start >= 2 && JsonReader.Parse(packet.AsSpan(start)) is JsArray { Items.Count: 2 } array && array[0].AsString() == "message"
            ? array[1].AsString()
            : null;
    }
}
