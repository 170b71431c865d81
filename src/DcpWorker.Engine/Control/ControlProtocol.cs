using System.Text.Json;
using System.Text.Json.Serialization;

namespace DcpWorker.Engine.Control;

/// <summary>
/// What is spoken on control sockets: a line of JSON to ask, a line to answer, one after the other. <c>watch</c> is answered
/// by a line for each event, until the connection ends. Everything is bounded, and whatever does not fit ends the connection.
/// </summary>
internal static class ControlProtocol
{
    public const int Version = 1;

    public const string Status = "status";
    public const string Stop = "stop";
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Wait = "wait";
    public const string Watch = "watch";
    public const string Suspend = "suspend";

    /// <summary>Longest line to a server, in bytes.</summary>
    public const int MaxRequest = 1 << 18;

    /// <summary>Longest line from a server, in bytes.</summary>
    public const int MaxAnswer = 1 << 23;

    public static string Write(ControlRequest request) => JsonSerializer.Serialize(request, ControlJson.Default.ControlRequest);

    public static string Write(ControlAnswer answer) => JsonSerializer.Serialize(answer, ControlJson.Default.ControlAnswer);

    /// <exception cref="ControlException">It is no request of this version.</exception>
    public static ControlRequest ReadRequest(ReadOnlySpan<byte> line) => Read(line, ControlJson.Default.ControlRequest, "a request", r => r.V);

    /// <exception cref="ControlException">It is no answer of this version.</exception>
    public static ControlAnswer ReadAnswer(ReadOnlySpan<byte> line) => Read(line, ControlJson.Default.ControlAnswer, "an answer", a => a.V);

    private static T Read<T>(ReadOnlySpan<byte> line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string what, Func<T, int> version)
        where T : class
    {
        T? read;
        try
        {
            read = JsonSerializer.Deserialize(line, type);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new ControlException(ControlException.Invalid, $"This is not {what} of the control protocol.", e);
        }

        return read is null ? throw new ControlException(ControlException.Invalid, $"This is not {what} of the control protocol.")
            : version(read) == Version ? read
            : throw new ControlException(ControlException.Invalid, $"Version {version(read)} of the control protocol is asked for; this is version {Version}. Use programs of the same release.");
    }
}

/// <summary>How its messages look as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = false,
    MaxDepth = 16)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlAnswer))]
[JsonSerializable(typeof(RunningWorker))]
internal sealed partial class ControlJson : JsonSerializerContext;
